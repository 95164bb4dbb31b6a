// Runs the engine once, from opened feeds to results, for all commands that build books.
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

/// The settings of a run that differ between commands.
struct RunStyle {
  bool require_complete = false;
  bool warn_incomplete = true;
  bool table = false;  // on a terminal: a table of the busiest books instead of one line
  std::vector<std::string> symbols;  // requested by name; missing ones are reported
  struct Output {
    std::string path;
    std::function<void()> close;
    std::function<void(RunResults&)> note = {};  // called after close(); adds the output's result
  };
  /// The outputs are closed after the run, each of them even if others failed. close() throws when
  /// something could not be written.
  std::vector<Output> outputs;
  /// Called with the results when everything has been read, before the outputs are closed.
  std::function<void(const RunResults&)> ended;
  /// Called with the engine before it runs, and with null before it is destroyed.
  std::function<void(const pipeline::Engine*)> watch;
};

/// Runs the engine over `opened` and closes the outputs; prints no results. `stop` ends the run and
/// may be shared with other parts that must notice the stop. `signals` says which signal, if any,
/// requested the stop. Several runs may be active at once if they are quiet. Throws UsageError, and
/// std::exception on failures.
[[nodiscard]] RunResults results_of_run(const RunOptions& options, pipeline::EngineConfig config,
                                        feeds::OpenedFeeds opened, RunStyle style,
                                        thread::StopFlag& stop, const StopOnSignal& signals);

/// Returns the run's faults, one sentence each, but not failed outputs; empty if none. After damage
/// or a signal, only damage is listed.
[[nodiscard]] std::vector<std::string> faults_of(const RunResults& results, bool require_complete);
[[nodiscard]] ExitCode verdict_on(const RunResults& results, bool require_complete);

/// True when there are enough cores for the threads of `runs` runs at once and for a thread per
/// channel that reads ahead.
[[nodiscard]] bool has_cores_to_read_ahead(const pipeline::EngineConfig& config,
                                           std::size_t channels, std::size_t runs = 1);

/// Runs the engine and prints the results: the common part of `replay` and `simulate`. Throws as
/// results_of_run().
[[nodiscard]] ExitCode run_engine(const RunOptions& options, pipeline::EngineConfig config,
                                  feeds::OpenedFeeds opened, RunStyle style, StopOnSignal& stop);

}  // namespace tapedeck::tools
