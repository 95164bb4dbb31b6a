// Measures the time that a spinning thread loses on its core to interrupts, other threads and the
// hypervisor. No engine can be steadier than that.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/core/histogram.hpp"

namespace tapedeck::system {

struct SpinNoise {
  /// The times between successive clock reads, which are mostly the cost of a read.
  Histogram gaps;
  Nanos lasted{0};

  /// The cost of a clock read and the loop around it.
  [[nodiscard]] Nanos clock_cost() const { return gaps.quantile(0.5); }
  [[nodiscard]] Nanos worst() const { return gaps.max(); }
};

/// Reads `clock` over and over for `duration`, and so spins on the calling thread's core.
[[nodiscard]] SpinNoise watch_gaps(const Clock& clock, Nanos duration);

struct CoreNoise {
  int core = 0;
  std::optional<SpinNoise> noise;
  std::string why_none;  // the reason, where there is no measurement
};

/// Measures all of `cores` at once for `duration`, each with a thread that is pinned there. Any
/// thread; the caller's own pinning stays.
[[nodiscard]] std::vector<CoreNoise> measure_spin_noise(const std::vector<int>& cores,
                                                        Nanos duration);

}  // namespace tapedeck::system
