// Which clock latencies are measured by, and whether two cores agree on it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/system/cpu_topology.hpp"

namespace tapedeck::system {

/// How two cores' looks at one clock compare.
struct ClockOffset {
  /// The second core's clock less the first one's, to within half a round trip.
  std::optional<Nanos> offset;
  Nanos within{0};
  std::string why_none;  // where it could not be measured

  /// So far apart that it shows beyond what the way from core to core explains.
  [[nodiscard]] bool apart() const {
    return offset && (offset->value > within.value || -offset->value > within.value);
  }
};

/// Two threads of its own, pinned to the first two of `cores`, tell each other the time; of some
/// thousand exchanges the quickest counts. Takes a millisecond, two seconds at most. Any thread.
[[nodiscard]] ClockOffset measure_clock_offset(const Clock& clock, const std::vector<int>& cores);

struct EngineClock {
  std::unique_ptr<Clock> clock;
  std::string name;  // "tsc" or "monotonic"
  std::string why;   // not the processor's counter; empty otherwise
  ClockOffset offset;
};

/// The processor's counter where it is steady and the two cores agree on it, else the system's
/// monotonic clock. Takes some 50 ms. Any thread.
[[nodiscard]] EngineClock choose_clock(const CpuTopology& topology, const std::vector<int>& cores);

}  // namespace tapedeck::system
