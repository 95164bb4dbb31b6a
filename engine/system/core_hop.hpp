// How long a cache line takes from one core to another: what every hand-over between threads costs
// at the least. Of a virtual machine it moves with where the cores are put; a process that only
// takes a core's time does not show in it.
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
  std::string why_none;  // where it could not be measured
};

/// Of a measurement: the hop before it and after it, since a virtual machine's cores may move.
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

/// Two threads of its own, pinned to the first two of `cores`, pass a line to and fro; the median
/// of 31 lines, since of one machine's lines some take twice as long as others. Takes some
/// milliseconds, two seconds at most. Any thread, whose own pinning stays.
[[nodiscard]] CoreHop measure_core_hop(const std::vector<int>& cores = allowed_cores());

}  // namespace tapedeck::system
