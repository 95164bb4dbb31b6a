// When the messages of a replay are due that goes by recorded time: the clock that its channels
// share.
//
// Channels keep their distances. A pause of all of them, longer than somebody would wait for, is
// left out: nights between days, and what a damaged time seems to be away. So is a message whose
// time is that far behind the one before it: what was before it was damaged.
//
// Each channel's thread asks for its own channel; any number of threads at once. Memory: a word a
// channel.
#pragma once

#include <atomic>
#include <deque>
#include <optional>

#include "engine/core/types.hpp"

namespace tapedeck::replay {

class ReplayClock {
 public:
  /// Longer than any pause of a market that trades: halts for volatility last five to ten minutes.
  /// In recorded time, and at a slower speed than it was recorded, by the clock.
  static constexpr Nanos kLongestPause{i64{15} * 60 * kNanosPerSecond};

  explicit ReplayClock(u32 channels);

  /// Once a channel: its first message after the start is of this time; nothing, if it has none.
  void announce(u32 channel, std::optional<Nanos> first);
  /// When the next message of `channel` is due, which is of this recorded time, by the engine's
  /// clock, of which it is `now`; empty until every channel has announced. `speed` is above 0, and
  /// the same for all. The same message may be asked for again and again.
  [[nodiscard]] std::optional<Nanos> due(u32 channel, Nanos recorded, double speed, Nanos now);
  /// Nothing more comes from this channel.
  void end(u32 channel);
  /// By the engine's clock; after due() has said a time.
  [[nodiscard]] Nanos began() const { return {clock_.load(std::memory_order_relaxed)}; }
  /// How many pauses were left out. Any thread.
  [[nodiscard]] u64 left_out() const { return left_out_.load(std::memory_order_relaxed); }

 private:
  struct alignas(64) Channel {
    // Recorded time of its next message; the beginning of time while that is not known.
    std::atomic<i64> next{kBeginningOfTime.value};
    Nanos newest = kBeginningOfTime;  // the channel's own
  };

  [[nodiscard]] i64 position(i64 base, double speed, Nanos now) const;
  [[nodiscard]] i64 earliest() const;

  std::deque<Channel> channels_;
  std::atomic<u32> missing_;
  std::atomic<i64> clock_;  // when it began, by the engine's
  std::atomic<i64>
      base_;  // the recorded time that was due then; later, where something was left out
  std::atomic<u64> left_out_{0};
};

}  // namespace tapedeck::replay
