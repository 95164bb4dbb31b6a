// Sums by interval of exchange time: the one that is open, and the last that is whole.
//
// Intervals begin at multiples of their length. Time that goes back counts in the open interval.
// An interval closes when its instrument's own time passes its end; until then a look from a later
// `now` takes it as it stands, and what comes late is still in it for the next look.
#pragma once

#include "engine/core/interval.hpp"

namespace tapedeck::strategies {

template <class Sum>
class Window {
 public:
  explicit Window(Nanos interval) : interval_(interval) {}

  /// What belongs to this time goes there.
  [[nodiscard]] Sum& at(Nanos time) {
    const Nanos start = floor_to(time, interval_);
    if (start > start_) {
      last_ = follows(start) ? open_ : Sum{};
      open_ = Sum{};
      start_ = start;
    }
    return open_;
  }
  /// Of the last interval that ends at `now` or before; an empty Sum where nothing fell into it.
  [[nodiscard]] Sum last_whole(Nanos now) const {
    const Nanos start = floor_to(now, interval_);
    if (start <= start_) return last_;
    return follows(start) ? open_ : Sum{};
  }
  /// Where that interval begins, in nanoseconds: 128 bits, as it may be before the first time.
  [[nodiscard]] i128 start_of_last_whole(Nanos now) const {
    return i128{floor_to(now, interval_).value} - interval_.value;
  }

 private:
  /// The interval that begins at `start` is the next after the open one.
  [[nodiscard]] bool follows(Nanos start) const {
    return i128{start_.value} + interval_.value == start.value;
  }

  Nanos interval_;
  Nanos start_ = kBeginningOfTime;  // of the open interval
  Sum open_{};
  Sum last_{};
};

}  // namespace tapedeck::strategies
