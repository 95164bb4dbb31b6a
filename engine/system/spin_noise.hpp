// What a core takes from a thread that never lets go of it: interrupts, other threads, the
// hypervisor. No engine can be steadier than that.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/core/histogram.hpp"

namespace tapedeck::system {

struct SpinNoise {
  /// Between every two looks at the clock that follow each other: mostly what a look costs.
  Histogram gaps;
  Nanos lasted{0};

  /// A look at the clock and what is around it.
  [[nodiscard]] Nanos clock_cost() const { return gaps.quantile(0.5); }
  [[nodiscard]] Nanos worst() const { return gaps.max(); }
};

/// Looks at `clock` over and over, for `duration`. Burns the calling thread's core meanwhile.
[[nodiscard]] SpinNoise watch_gaps(const Clock& clock, Nanos duration);

struct CoreNoise {
  int core = 0;
  std::optional<SpinNoise> noise;
  std::string why_none;  // where it could not be measured
};

/// The same on all of `cores` at once, each with a thread of its own, pinned there. Any thread,
/// whose own pinning stays.
[[nodiscard]] std::vector<CoreNoise> measure_spin_noise(const std::vector<int>& cores,
                                                        Nanos duration);

}  // namespace tapedeck::system
