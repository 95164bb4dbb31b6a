// Measures the time that a spinning thread loses on its core to interrupts, other threads and the
// hypervisor. An engine's latency on that core cannot be steadier than this.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/core/histogram.hpp"

namespace tapedeck::system {

/// A longer gap is no interrupt of this thread's own.
inline constexpr Nanos kTakenGap{30'000};

struct SpinNoise {
  /// The times between successive clock reads. Most of them are the cost of a clock read.
  Histogram gaps;
  Nanos lasted{0};
  Nanos taken{0};  // the sum of the gaps above kTakenGap: others had the core

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
  double stolen = 0;     // the share of the time that the hypervisor gave to others

  /// Returns the share of the time that others had the core, from 0 to 1: the larger of what the
  /// spinning thread has missed and what the hypervisor has told.
  [[nodiscard]] double share_taken() const;
};

/// Returns the time of a core in /proc/stat, whose text is given, that the hypervisor has given to
/// others (`steal`), in clock ticks; 0 if the text does not say.
[[nodiscard]] u64 stolen_ticks_in(std::string_view stat, int core);

/// Measures all of `cores` at the same time for `duration`, with one thread pinned to each core.
/// Any thread; the caller's pinning does not change.
[[nodiscard]] std::vector<CoreNoise> measure_spin_noise(const std::vector<int>& cores,
                                                        Nanos duration);

}  // namespace tapedeck::system
