// One run of the engine, from opened feeds to results: what all commands that keep books share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "feeds/catalog/catalog.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/signals.hpp"
#include "tools/run/results.hpp"

namespace tapedeck::tools {

struct RunResults;

/// What differs from command to command.
struct RunStyle {
  bool require_complete = false;
  bool warn_incomplete = true;
  bool table = false;  // on a terminal: a table of the busiest books instead of a channel
  std::vector<std::string> symbols;  // asked for by name: those that never appear are told
  struct Output {
    std::string path;
    std::function<void()> close;
    std::function<void(RunResults&)> note = {};  // what became of it, once closed
  };
  /// Closed after the run, each whatever became of the others; close() throws when something could
  /// not be written.
  std::vector<Output> outputs;
  /// Hears of the results when everything has been read, before the outputs are closed.
  std::function<void(const RunResults&)> ended;
  /// Given the engine before it runs, and null before it goes away.
  std::function<void(const pipeline::Engine*)> watch;
};

/// Runs the engine over `opened`, closes the outputs, prints no results. `stop` ends the run, and
/// may have been given to whatever must hear of that; `signals` says which signal asked for it.
/// Several runs may go on side by side if they are quiet. Throws UsageError, and std::exception on
/// failures.
[[nodiscard]] RunResults results_of_run(const RunOptions& options, pipeline::EngineConfig config,
                                        feeds::OpenedFeeds opened, RunStyle style,
                                        thread::StopFlag& stop, const StopOnSignal& signals);

/// Why the run is not good, a sentence each; none when it is. What could not be written is not
/// among them.
[[nodiscard]] std::vector<std::string> faults_of(const RunResults& results, bool require_complete);
[[nodiscard]] ExitCode verdict_on(const RunResults& results, bool require_complete);

/// Whether a core is free for reading ahead beside what one run, or so many, keep busy.
[[nodiscard]] bool has_cores_to_read_ahead(const pipeline::EngineConfig& config,
                                           std::size_t channels, std::size_t runs = 1);

/// A run with its results printed: all of `replay` and `simulate`. Throws as results_of_run().
[[nodiscard]] ExitCode run_engine(const RunOptions& options, pipeline::EngineConfig config,
                                  feeds::OpenedFeeds opened, RunStyle style, StopOnSignal& stop);

}  // namespace tapedeck::tools
