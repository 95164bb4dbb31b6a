// The common part of `bench latency` and `bench saturate`: measures the machine's own limits before
// and after the runs, chooses the clock, shows the live line, and handles signals.
//
// These limits are the hop and the noise of the cores to which the engine's threads are pinned. The
// hop is the time that a cache line takes from core to core. The noise is the interruptions of a
// spinning thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/system/engine_clock.hpp"
#include "engine/system/environment.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/place.hpp"
#include "tools/cli/provenance.hpp"
#include "tools/cli/signals.hpp"
#include "tools/lab/latency_run.hpp"
#include "tools/lab/machine_measures.hpp"

namespace tapedeck::tools {

/// The conditions under which figures under load were measured.
struct LoadConditions : MachineMeasures {
  system::Environment machine;
  Provenance provenance;
  std::string source;              // "simulated market, 10 instruments, seed 1", or the files
  std::string load;                // "constant, 100,000 messages/s"
  std::optional<AskedPlace> from;  // where the load began, if a place was given
  feeds::TimeBase time_base = feeds::TimeBase::utc;
  std::string wait;
  u32 shards = 0;
  u32 sample_every = 1;
  Nanos warm_up{0};
  std::string clock, clock_why;
  system::ClockOffset clock_offset;
};

/// Runs one benchmark, from the first measurement to the last. One thread.
class LoadBench {
 public:
  /// Handles signals from its construction on.
  LoadBench(const LatencyPlan& plan, Provenance provenance, bool quiet);

  /// Measures hop and noise without a load, then chooses the clock.
  void begin();
  /// Runs the engine under load, and shows `what` on the live line. Throws the exceptions of
  /// run_under_load().
  [[nodiscard]] LatencyFigures run(const LatencyPlan& plan, Queues queues, const std::string& what);
  /// Says whether there are figures to report.
  enum class Figures : u8 { none_after_signal, there };
  /// Measures hop and noise again without a load; after a signal, only if there are figures.
  /// Returns the exit code of the signal, or nothing if there was no signal.
  [[nodiscard]] std::optional<ExitCode> end(Figures figures);

  [[nodiscard]] bool stopped() const { return stop_.received() != 0; }
  [[nodiscard]] const thread::StopFlag& stop_flag() { return stop_.flag(); }
  [[nodiscard]] const LoadConditions& conditions() const { return conditions_; }

 private:
  void show_phase(const std::string& what) const;

  StopOnSignal stop_;
  bool live_;
  LoadConditions conditions_;
  std::unique_ptr<Clock> clock_;
};

/// Logs on standard error: the input's damage, the warnings, and the reasons to doubt the figures.
void warn_of(const LoadConditions& conditions, const LatencyFigures& run);

}  // namespace tapedeck::tools
