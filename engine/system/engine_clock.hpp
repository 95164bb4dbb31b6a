// Chooses the clock for latencies, and checks whether two cores agree on it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/system/cpu_topology.hpp"

namespace tapedeck::system {

/// The difference between two cores' readings of one clock.
struct ClockOffset {
  /// The second core's clock less the first one's. The error is at most `within`, half a round
  /// trip.
  std::optional<Nanos> offset;
  Nanos within{0};
  std::string why_none;  // the reason, where there is no measurement

  /// True when the offset is larger than the way from core to core explains.
  [[nodiscard]] bool apart() const {
    return offset && (offset->value > within.value || -offset->value > within.value);
  }
};

/// Starts two threads, pinned to the first two of `cores`, which exchange clock readings. The
/// quickest of 5,000 exchanges counts. Takes about a millisecond, at most two seconds. Any thread.
[[nodiscard]] ClockOffset measure_clock_offset(const Clock& clock, const std::vector<int>& cores);

struct EngineClock {
  std::unique_ptr<Clock> clock;
  std::string name;  // "tsc" or "monotonic"
  std::string why;   // why `clock` is not the processor's counter; empty where it is
  ClockOffset offset;
};

/// Returns the processor's counter where it is steady, unless two cores were measured to disagree
/// on it; else the system's monotonic clock. Takes some 50 ms. Any thread.
[[nodiscard]] EngineClock choose_clock(const CpuTopology& topology, const std::vector<int>& cores);

}  // namespace tapedeck::system
