// How well a feed that follows a timetable kept to it.
#pragma once

#include "engine/core/histogram.hpp"

namespace tapedeck {

/// Written by the feed's thread; to be read once its channel has ended.
struct Pace {
  double asked_per_s = 0;  // events
  u64 events = 0;          // with a due time
  // By the engine's clock: the beginning of the timetable, and the poll that ended it, or else the
  // last poll.
  Nanos began{0}, ended{0};
  Histogram lateness;  // from an event's due time to the poll that produced it

  [[nodiscard]] double achieved_per_s() const {
    const i64 took = (ended - began).value;
    return took > 0 ? static_cast<double>(events) * static_cast<double>(kNanosPerSecond) /
                          static_cast<double>(took)
                    : 0;
  }
};

}  // namespace tapedeck
