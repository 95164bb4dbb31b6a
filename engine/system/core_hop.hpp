// Measures how long a cache line takes from one core to another, which is the least cost of every
// hand-over between threads. On a virtual machine the time depends on where the cores are placed.
// Another process that competes for one of the cores does not change the result, because it
// disturbs few of the rounds.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/types.hpp"
#include "engine/system/pinning.hpp"

namespace tapedeck::system {

struct CoreHop {
  std::optional<Nanos> one_way;
  std::string why_none;  // the reason, where there is no measurement
};

/// The hops before and after a measurement, because a virtual machine's cores may move.
struct HopPair {
  CoreHop before, after;

  /// The larger one; empty where either could not be measured.
  [[nodiscard]] std::optional<Nanos> larger() const {
    if (!before.one_way || !after.one_way) return {};
    return std::max(*before.one_way, *after.one_way);
  }
  [[nodiscard]] const std::string& why_none() const {
    return before.one_way ? after.why_none : before.why_none;
  }
};

/// Starts two threads, pinned to the first two of `cores`, which pass a line back and forth.
/// Returns the median of 31 lines, because some lines of a machine take twice as long as others.
/// Takes some milliseconds, two seconds at most. Any thread; its own pinning stays.
[[nodiscard]] CoreHop measure_core_hop(const std::vector<int>& cores = allowed_cores());

}  // namespace tapedeck::system
