// Sums values by interval of exchange time: holds the open interval and the last whole one.
//
// Intervals begin at multiples of their length. A time that goes back counts in the open interval.
// An interval closes when at() is called with a time at or after its end. Until then, last_whole()
// returns its sum so far for a `now` in the interval directly after it, and an empty sum for a
// later `now`.
#pragma once

#include "engine/core/interval.hpp"

namespace tapedeck::strategies {

template <class Sum>
class Window {
 public:
  explicit Window(Nanos interval) : interval_(interval) {}

  /// Returns the sum to which values of this time belong.
  [[nodiscard]] Sum& at(Nanos time) {
    const Nanos start = floor_to(time, interval_);
    if (start > start_) {
      last_ = follows(start) ? open_ : Sum{};
      open_ = Sum{};
      start_ = start;
    }
    return open_;
  }
  /// Returns the sum of the last interval that ends at or before `now`; an empty Sum when the
  /// interval has no values.
  [[nodiscard]] Sum last_whole(Nanos now) const {
    const Nanos start = floor_to(now, interval_);
    if (start <= start_) return last_;
    return follows(start) ? open_ : Sum{};
  }
  /// Returns the start, in nanoseconds, of the interval that last_whole(now) sums. It has 128 bits,
  /// because the start may lie before the earliest time that Nanos can hold.
  [[nodiscard]] i128 start_of_last_whole(Nanos now) const {
    return i128{floor_to(now, interval_).value} - interval_.value;
  }

 private:
  /// True when the interval that begins at `start` directly follows the open one.
  [[nodiscard]] bool follows(Nanos start) const {
    return i128{start_.value} + interval_.value == start.value;
  }

  Nanos interval_;
  Nanos start_ = kBeginningOfTime;  // of the open interval
  Sum open_{};
  Sum last_{};
};

}  // namespace tapedeck::strategies
