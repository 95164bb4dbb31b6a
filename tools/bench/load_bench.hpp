// What `bench latency` and `bench saturate` have in common: the machine's own limits around the
// runs, the clock, the live line, and signals.
//
// The limits, hop and noise, are measured right before and right after, on the cores that the
// engine's threads are pinned to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/thread/core_hop.hpp"
#include "engine/thread/engine_clock.hpp"
#include "engine/thread/environment.hpp"
#include "engine/thread/spin_noise.hpp"
#include "tools/bench/latency_run.hpp"
#include "tools/signals.hpp"

namespace tapedeck::tools {

/// What figures under load were measured on, beside, and how.
struct LoadConditions {
  thread::Environment machine;
  std::string command;  // that repeats it
  std::string source;   // "simulated market, 10 instruments, seed 1", or the files
  std::string load;     // "constant, 100,000 messages/s"
  std::string wait;
  u32 shards = 0;
  u32 sample_every = 1;
  Nanos warm_up{0};
  std::vector<int> cores;  // on which hop and noise were measured
  thread::HopPair hops;
  std::vector<thread::CoreNoise> noise_before, noise_after;
  std::string clock, clock_why;
  thread::ClockOffset clock_offset;
};

/// Of one benchmark, from the first measurement to the last. One thread.
class LoadBench {
 public:
  /// Catches signals from now on. `command`: what the user typed.
  LoadBench(const LatencyPlan& plan, const std::string& command, bool quiet);

  /// The machine alone, then the clock.
  void begin();
  /// Under load, with `what` on the live line. Throws what run_under_load() throws.
  [[nodiscard]] LatencyFigures run(const LatencyPlan& plan, Queues queues, const std::string& what);
  /// The machine alone once more; after a signal only if there are figures all the same. With the
  /// exit code where a signal came.
  enum class Figures : u8 { none_after_signal, there };
  [[nodiscard]] std::optional<ExitCode> end(Figures figures);

  [[nodiscard]] bool stopped() const { return stop_.received() != 0; }
  [[nodiscard]] const LoadConditions& conditions() const { return conditions_; }

 private:
  void show_phase(const std::string& what) const;
  void measure_machine(thread::CoreHop& hop, std::vector<thread::CoreNoise>& noise) const;

  StopOnSignal stop_;
  bool live_;
  LoadConditions conditions_;
  std::unique_ptr<Clock> clock_;
};

/// To standard error: what the input said, and what makes figures doubtful.
void warn_of(const LoadConditions& conditions, const LatencyFigures& run);

}  // namespace tapedeck::tools
