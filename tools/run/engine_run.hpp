// Runs the engine once, from opened feeds to results. All commands that build books use it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "feeds/catalog/catalog.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/outputs.hpp"
#include "tools/cli/provenance.hpp"
#include "tools/cli/shown_time.hpp"
#include "tools/cli/signals.hpp"
#include "tools/run/results.hpp"

namespace tapedeck::tools {

struct RunResults;

/// The settings of a run that differ between commands.
struct RunStyle {
  Provenance provenance;
  bool require_complete = false;
  std::vector<std::string> fail_on;  // kinds of findings, see fail_on_kinds()
  bool warn_incomplete = true;
  bool table = false;  // on a terminal: show a table of the busiest books instead of one line
  std::vector<ShownTimes> times;       // by channel, for that table
  std::string source;                  // name of the input, for that table
  feeds::SymbolSelection symbols;      // requested symbols; those not in the input are reported
  std::optional<AskedPlace> from, to;  // for the results
  struct Output {
    std::string path;
    std::function<output::PlacePtr()> finish;
    std::function<void(RunResults&)> note = {};  // called after finish(); may add to the results
    std::function<void()> begin = {};            // called right before the run
  };
  /// The outputs to complete after the run. If one of them fails, the others are still completed.
  /// finish() throws if something could not be written.
  std::vector<Output> outputs;
  /// Called with the results after the run, before the outputs are completed.
  std::function<void(const RunResults&)> ended;
  /// Called with the engine before the run, and with null before the engine is destroyed.
  std::function<void(const pipeline::Engine*)> watch;
};

/// The outputs of a run that were written. None has its name yet, except tapes and what is no file.
using WrittenOutputs = std::vector<output::PlacePtr>;

/// Gives the outputs their names if the run's exit code says so, else deletes them, except tapes.
/// `has_events`: the run applied an event. Returns the texts of the failures.
[[nodiscard]] std::vector<std::string> keep_or_drop(WrittenOutputs& outputs, ExitCode code,
                                                    bool has_events);

/// What ends a run. Other objects that must notice the stop may share the flag. `signals` says
/// which signal, if any, requested the stop.
struct RunStop {
  thread::StopFlag& flag;
  const StopOnSignal& signals;
};

/// Runs the engine on the feeds in `opened`, and completes and syncs the outputs, which take their
/// names in keep_or_drop(). `claimed` has the places of --out and --state. Prints no results.
/// Several runs may be active at once if they are quiet.
/// Throws UsageError, and other std::exceptions on failures.
[[nodiscard]] RunResults results_of_run(const RunOptions& options, pipeline::EngineConfig config,
                                        feeds::OpenedFeeds opened, RunStyle style,
                                        ClaimedOutputs& claimed, RunStop stop,
                                        WrittenOutputs& outputs);

/// Returns the run's faults, one sentence each; empty if there are none. Does not list failed
/// outputs. After damage, input left out or a signal, lists only the damage and what was left out.
/// What --fail-on names is listed unless a signal came.
[[nodiscard]] std::vector<std::string> faults_of(const RunResults& results, bool require_complete);
[[nodiscard]] ExitCode verdict_on(const RunResults& results, bool require_complete);

/// Returns true if there are enough cores for `runs` runs at once, with one more thread per channel
/// that reads ahead.
[[nodiscard]] bool has_cores_to_read_ahead(const pipeline::EngineConfig& config,
                                           std::size_t channels, std::size_t runs = 1);

/// Runs the engine and prints the results: the common part of `replay` and `simulate`. Throws the
/// exceptions of results_of_run().
[[nodiscard]] ExitCode run_engine(const RunOptions& options, pipeline::EngineConfig config,
                                  feeds::OpenedFeeds opened, RunStyle style,
                                  ClaimedOutputs& claimed, StopOnSignal& stop);

}  // namespace tapedeck::tools
