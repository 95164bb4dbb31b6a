// How well a feed that follows a timetable kept to it.
#pragma once

#include "engine/core/histogram.hpp"

namespace tapedeck {

/// Written by the feed's thread; to be read once its channel has ended.
struct Pace {
  double asked_per_s = 0;  // events or messages, as the feed counts; 0: no rate was asked for
  u64 events = 0;          // those with a due time
  // By the engine's clock: when timing began, and the poll that emitted the last of them.
  Nanos began{0}, ended{0};
  Histogram lateness;  // from a due time to the poll that emitted the event

  [[nodiscard]] double achieved_per_s() const {
    const i64 took = (ended - began).value;
    return took > 0 ? static_cast<double>(events) * static_cast<double>(kNanosPerSecond) /
                          static_cast<double>(took)
                    : 0;
  }
};

}  // namespace tapedeck
