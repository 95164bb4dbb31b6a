// Measures the time that a cache line takes from one core to another. Every hand-over between
// threads takes at least this time. On a virtual machine the time depends on where the cores are
// placed. Another process that competes for one of the cores does not change the result, because it
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

/// The core hops before and after a measurement. They may differ, because a virtual machine's cores
/// may move.
struct HopPair {
  CoreHop before, after;

  /// Returns the larger of the two hops; empty if one of them was not measured.
  [[nodiscard]] std::optional<Nanos> larger() const {
    if (!before.one_way || !after.one_way) return {};
    return std::max(*before.one_way, *after.one_way);
  }
  [[nodiscard]] const std::string& why_none() const {
    return before.one_way ? after.why_none : before.why_none;
  }
};

/// Starts two threads that pass cache lines back and forth. The threads are pinned to the first two
/// of `cores`. Returns the median of 31 cache lines, because some lines take twice as long as
/// others. Takes a few milliseconds, at most two seconds. Any thread; the caller's pinning does not
/// change.
[[nodiscard]] CoreHop measure_core_hop(const std::vector<int>& cores = allowed_cores());

}  // namespace tapedeck::system
