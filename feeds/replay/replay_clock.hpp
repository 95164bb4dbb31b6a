// The clock that the channels of a replay share: computes when a message is due from its recorded
// time.
//
// Channels keep their distances in time. A pause of all channels that is longer than kLongestPause
// is left out: it is a night between days, or comes from a damaged time. A step back of a channel
// by more than kLongestPause is left out too, because the time before the step was damaged.
//
// Each channel's thread calls due() for its own channel; any number of threads at once. Memory: one
// cache line per channel.
#pragma once

#include <atomic>
#include <deque>
#include <optional>

#include "engine/core/types.hpp"

namespace tapedeck::replay {

class ReplayClock {
 public:
  /// Longer than any pause of a market that trades: halts for volatility last five to ten minutes.
  /// It is a span of recorded time, or, at speeds below 1, of the engine's clock.
  static constexpr Nanos kLongestPause{i64{15} * 60 * kNanosPerSecond};

  explicit ReplayClock(u32 channels);

  /// Announces the recorded time of the channel's first message after the start. `first` is empty
  /// if there is no such message. Call it once per channel.
  void announce(u32 channel, std::optional<Nanos> first);
  /// Returns when the next message of `channel` is due, by the engine's clock; nothing until every
  /// channel has announced. `recorded` is that message's recorded time. `now` is the engine's
  /// clock. `speed` is above 0 and the same for all channels. May be called any number of times for
  /// the same message.
  [[nodiscard]] std::optional<Nanos> due(u32 channel, Nanos recorded, double speed, Nanos now);
  /// Ends the channel: no more messages come from it.
  void end(u32 channel);
  /// The time when the replay began, by the engine's clock. Valid after due() has returned a time.
  [[nodiscard]] Nanos began() const { return {clock_.load(std::memory_order_relaxed)}; }
  /// The number of pauses and steps back left out. Any thread.
  [[nodiscard]] u64 left_out() const { return left_out_.load(std::memory_order_relaxed); }

 private:
  struct alignas(64) Channel {
    // Recorded time of the channel's next message; kBeginningOfTime while unknown.
    std::atomic<i64> next{kBeginningOfTime.value};
    Nanos newest = kBeginningOfTime;  // latest recorded time; the channel's thread only
  };

  [[nodiscard]] i64 position(i64 base, double speed, Nanos now) const;
  [[nodiscard]] i64 earliest() const;

  std::deque<Channel> channels_;
  std::atomic<u32> missing_;
  std::atomic<i64> clock_;  // when the replay began, by the engine's clock
  std::atomic<i64> base_;   // the recorded time due at clock_, shifted by the pauses left out
  std::atomic<u64> left_out_{0};
};

}  // namespace tapedeck::replay
