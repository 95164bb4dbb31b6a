// How much of a recording has passed, by its messages' exchange times: what a replay in its own
// time goes by.
//
// A damaged time may lie hours or years away, before all others or behind them, and nights lie
// between days: nobody is to wait for those. Whatever is further away than kLongestPause, forth or
// back, follows at once, and time goes on from there. Plain data; one thread.
#pragma once

#include "engine/core/types.hpp"

namespace tapedeck::feeds {

class RecordedTime {
 public:
  /// Longer than any pause of a market that trades: halts for volatility last five to ten minutes.
  static constexpr Nanos kLongestPause{i64{15} * 60 * kNanosPerSecond};

  /// What has passed since the first message, up to one of this time. One that goes back a little
  /// counts as the latest before it. The same time twice: the same answer.
  Nanos pass(Nanos exchange_time) {
    if (newest_ == kBeginningOfTime) newest_ = exchange_time;
    const i128 step = i128{exchange_time.value} - newest_.value;
    const bool is_far = step > kLongestPause.value || step < -kLongestPause.value;
    if (is_far) ++left_out_;
    if (step > 0 && !is_far && passed_ < kCentury) passed_.value += static_cast<i64>(step);
    if (step > 0 || is_far) newest_ = exchange_time;
    return passed_;
  }
  /// How many pauses were left out so far.
  [[nodiscard]] u64 left_out() const { return left_out_; }

 private:
  // Beyond that time stands still: a sum of any number of steps stays inside 64 bits.
  static constexpr Nanos kCentury{i64{100} * 366 * 86'400 * kNanosPerSecond};

  Nanos newest_ = kBeginningOfTime;
  Nanos passed_{0};
  u64 left_out_ = 0;
};

}  // namespace tapedeck::feeds
