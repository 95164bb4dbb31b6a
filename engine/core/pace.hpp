// Measures how well a feed kept to its timetable, which gives every event or message a due time.
#pragma once

#include "engine/core/histogram.hpp"

namespace tapedeck {

/// The feed's thread writes it. Other threads may read it once the channel has ended.
struct Pace {
  double asked_per_s = 0;  // requested rate (events or messages, as the feed counts); 0: none
  u64 events = 0;          // events or messages emitted that had a due time
  // By the engine's clock. began: when timing began. ended: the beginning of the poll that emitted
  // the last of these events, or that reached the end of the timetable.
  Nanos began{0}, ended{0};
  Histogram lateness;  // from an event's due time to the poll that emitted it

  [[nodiscard]] double achieved_per_s() const {
    const i64 took = (ended - began).value;
    return took > 0 ? static_cast<double>(events) * static_cast<double>(kNanosPerSecond) /
                          static_cast<double>(took)
                    : 0;
  }
};

}  // namespace tapedeck
