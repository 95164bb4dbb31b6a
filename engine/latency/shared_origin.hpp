// The common start time of the measurement windows: all shards of an engine count their windows of
// time from it.
//
// Any thread. The first call of or_first() sets the origin. The origin never changes afterwards.
#pragma once

#include <atomic>

#include "engine/core/types.hpp"

namespace tapedeck::latency {

class SharedOrigin {
 public:
  /// Returns the origin. If there is none yet, makes `moment` the origin.
  Nanos or_first(Nanos moment) {
    i64 origin = kNone;
    // Relaxed, because threads share only this number and no other data that was written before it.
    return {at_.compare_exchange_strong(origin, moment.value, std::memory_order_relaxed)
                ? moment.value
                : origin};
  }

 private:
  static constexpr i64 kNone = kBeginningOfTime.value;

  std::atomic<i64> at_{kNone};
};

}  // namespace tapedeck::latency
