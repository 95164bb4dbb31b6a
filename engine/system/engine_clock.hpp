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
  /// The second core's clock minus the first core's clock. Its error is at most `within`, which is
  /// half the time of an exchange.
  std::optional<Nanos> offset;
  Nanos within{0};
  std::string why_none;  // the reason, where there is no measurement

  /// Returns true when the offset is larger than its possible error.
  [[nodiscard]] bool apart() const {
    return offset && (offset->value > within.value || -offset->value > within.value);
  }
};

/// Starts two threads that exchange clock readings. The threads are pinned to the first two of
/// `cores`. The result comes from the quickest of 5,000 exchanges. Takes about a millisecond, at
/// most two seconds. Any thread.
[[nodiscard]] ClockOffset measure_clock_offset(const Clock& clock, const std::vector<int>& cores);

struct EngineClock {
  std::unique_ptr<Clock> clock;
  std::string name;  // "tsc" or "monotonic"
  std::string why;   // why `clock` is not the processor's counter; empty if it is
  ClockOffset offset;
};

/// Returns a clock that reads the processor's counter if the counter is steady and two cores were
/// not measured to disagree on it. Otherwise returns the system's monotonic clock. Takes some 50
/// ms. Any thread.
[[nodiscard]] EngineClock choose_clock(const CpuTopology& topology, const std::vector<int>& cores);

}  // namespace tapedeck::system
