// Computes from the messages' exchange times how much recorded time has passed. The `recorded`
// shape of an open-loop load uses it.
//
// A step is the difference between the exchange times of two successive messages. A step of more
// than kLongestPause, forwards or backwards, adds no time. The next step is measured from the new
// time. A load therefore does not wait for a night between two days, or for a damaged time that
// lies hours or years away. Plain data; one thread.
#pragma once

#include "engine/core/types.hpp"

namespace tapedeck::feeds {

class RecordedTime {
 public:
  /// Longer than any pause during trading: volatility halts last five to ten minutes.
  static constexpr Nanos kLongestPause{i64{15} * 60 * kNanosPerSecond};

  /// Returns the recorded time that has passed from the first message to a message with this
  /// exchange time. A time that is earlier than the latest time by at most kLongestPause counts as
  /// the latest time. A second call with the same time returns the same value.
  Nanos pass(Nanos exchange_time) {
    if (newest_ == kBeginningOfTime) newest_ = exchange_time;
    const i128 step = i128{exchange_time.value} - newest_.value;
    const bool is_far = step > kLongestPause.value || step < -kLongestPause.value;
    if (is_far) ++left_out_;
    if (step > 0 && !is_far && passed_ < kCentury) passed_.value += static_cast<i64>(step);
    if (step > 0 || is_far) newest_ = exchange_time;
    return passed_;
  }
  /// Returns the number of steps that added no time because they exceed kLongestPause.
  [[nodiscard]] u64 left_out() const { return left_out_; }

 private:
  // The passed time stops growing at a century, so that a sum of any number of steps fits 64 bits.
  static constexpr Nanos kCentury{i64{100} * 366 * 86'400 * kNanosPerSecond};

  Nanos newest_ = kBeginningOfTime;
  Nanos passed_{0};
  u64 left_out_ = 0;
};

}  // namespace tapedeck::feeds
