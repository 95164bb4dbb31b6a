// One run of the engine, from opened feeds to printed results: what `replay` and `simulate` share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "feeds/catalog/catalog.hpp"
#include "tools/options.hpp"
#include "tools/signals.hpp"

namespace tapedeck::tools {

struct RunResults;

/// What differs from command to command.
struct RunStyle {
  bool require_complete = false;
  bool warn_incomplete = true;
  bool table = false;  // on a terminal: a table of the busiest books instead of a line
  std::vector<std::string> symbols;  // asked for by name: those that never appear are told
  struct Output {
    std::string path;
    std::function<void()> close;
    std::function<void(RunResults&)> note = {};  // what became of it, once closed
  };
  /// Closed after the run, each whatever became of the others; close() throws when something could
  /// not be written.
  std::vector<Output> outputs;
};

/// Runs the engine over `opened` and writes its results. `stop` may have been given to whatever
/// must hear of it. Throws UsageError, and std::exception on failures.
[[nodiscard]] ExitCode run_engine(const RunOptions& options, pipeline::EngineConfig config,
                                  feeds::OpenedFeeds opened, RunStyle style, StopOnSignal& stop);

}  // namespace tapedeck::tools
