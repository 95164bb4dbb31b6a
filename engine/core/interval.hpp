// Divides time into intervals of equal length: [k x interval, (k + 1) x interval) for every whole
// k.
#pragma once

#include <cassert>

#include "engine/core/types.hpp"

namespace tapedeck {

/// Returns the start of the interval that contains `time`. `interval` must be above zero. If i64
/// cannot represent the start, returns the first time after kBeginningOfTime.
[[nodiscard]] constexpr Nanos floor_to(Nanos time, Nanos interval) {
  assert(interval.value > 0);
  const i64 remainder = time.value % interval.value;
  const i64 back = remainder < 0 ? remainder + interval.value : remainder;
  i64 floor = 0;
  return {__builtin_sub_overflow(time.value, back, &floor) ? kBeginningOfTime.value + 1 : floor};
}

}  // namespace tapedeck
