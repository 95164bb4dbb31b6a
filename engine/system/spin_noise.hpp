// Measures the time that a spinning thread loses on its core to interrupts, other threads and the
// hypervisor. An engine's latency on that core cannot be steadier than this.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/core/histogram.hpp"

namespace tapedeck::system {

struct SpinNoise {
  /// The times between successive clock reads. Most of them are the cost of a clock read.
  Histogram gaps;
  Nanos lasted{0};

  /// Returns the cost of a clock read and of the loop around it.
  [[nodiscard]] Nanos clock_cost() const { return gaps.quantile(0.5); }
  [[nodiscard]] Nanos worst() const { return gaps.max(); }
};

/// Reads `clock` in a loop for `duration`, and records the gaps between the readings. Spins on the
/// calling thread's core.
[[nodiscard]] SpinNoise watch_gaps(const Clock& clock, Nanos duration);

struct CoreNoise {
  int core = 0;
  std::optional<SpinNoise> noise;
  std::string why_none;  // the reason, where there is no measurement
};

/// Measures all of `cores` at the same time for `duration`, with one thread pinned to each core.
/// Any thread; the caller's pinning does not change.
[[nodiscard]] std::vector<CoreNoise> measure_spin_noise(const std::vector<int>& cores,
                                                        Nanos duration);

}  // namespace tapedeck::system
