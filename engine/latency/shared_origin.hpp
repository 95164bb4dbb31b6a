// The moment from which all shards of an engine count their windows of time.
//
// Any thread. The first thread that asks sets the origin, which never changes after that.
#pragma once

#include <atomic>

#include "engine/core/types.hpp"

namespace tapedeck::latency {

class SharedOrigin {
 public:
  /// Returns the origin, and makes `moment` the origin if there is none yet.
  Nanos or_first(Nanos moment) {
    i64 origin = kNone;
    // Relaxed: only the number itself is shared, nothing that was written before it.
    return {at_.compare_exchange_strong(origin, moment.value, std::memory_order_relaxed)
                ? moment.value
                : origin};
  }

 private:
  static constexpr i64 kNone = kBeginningOfTime.value;

  std::atomic<i64> at_{kNone};
};

}  // namespace tapedeck::latency
