// Sums values per interval of exchange time. Keeps the sum of the open interval, and the sum of the
// interval directly before it.
//
// Intervals begin at multiples of their length. A value with a time before the open interval counts
// in the open interval. The open interval closes when at() is called with a time at or after the
// interval's end. If last_whole() is called before that, with a `now` in the next interval, it
// returns the open interval's sum so far. With a still later `now` it returns an empty sum.
#pragma once

#include <limits>

#include "engine/core/interval.hpp"

namespace tapedeck::strategies {

template <class Sum>
class Window {
 public:
  explicit Window(Nanos interval) : interval_(interval) {}

  /// Returns the sum to which a value with this time must be added.
  [[nodiscard]] Sum& at(Nanos time) {
    if (time >= end_) [[unlikely]]
      open_at(time);
    return open_;
  }
  /// Returns the sum of the last interval that ends at or before `now`; an empty Sum if the
  /// interval has no values.
  [[nodiscard]] Sum last_whole(Nanos now) const {
    const Nanos start = floor_to(now, interval_);
    if (start <= start_) return last_;
    return follows(start) ? open_ : Sum{};
  }
  /// Returns the start, in nanoseconds, of the interval whose sum last_whole(now) returns. The
  /// result has 128 bits, because the start may be before the earliest time that Nanos can hold.
  [[nodiscard]] i128 start_of_last_whole(Nanos now) const {
    return i128{floor_to(now, interval_).value} - interval_.value;
  }

 private:
  // Opens the interval that contains `time`. A time before the open interval leaves it open.
  [[gnu::noinline]] void open_at(Nanos time) {
    const Nanos start = floor_to(time, interval_);
    if (start <= start_) return;
    last_ = follows(start) ? open_ : Sum{};
    open_ = Sum{};
    start_ = start;
    // The start of the first interval may have been rounded up, which makes the end unknown. The
    // end of the last one may lie after the last time that Nanos can hold.
    if (start.value == kBeginningOfTime.value + 1) return;
    if (__builtin_add_overflow(start.value, interval_.value, &end_.value))
      end_ = {std::numeric_limits<i64>::max()};
  }
  /// Returns true if the interval that begins at `start` directly follows the open interval.
  [[nodiscard]] bool follows(Nanos start) const {
    return i128{start_.value} + interval_.value == start.value;
  }

  Nanos interval_;
  Nanos start_ = kBeginningOfTime;  // of the open interval
  Nanos end_ = kBeginningOfTime;    // of the open interval; a time from here on may open another
  Sum open_{};
  Sum last_{};
};

}  // namespace tapedeck::strategies
