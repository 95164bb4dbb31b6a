// The clock that the channels of a replay share: computes when a message is due from its recorded
// time.
//
// The channels keep their distances in recorded time. A pause of all channels that is longer than
// kLongestPause is skipped, because it is a night between two days or comes from a damaged time. At
// high speeds, a pause that is over within kShortWait is not skipped.
// When a channel's time goes back by more than kLongestPause, this step is skipped too, because the
// time before it was damaged.
//
// Each channel's thread calls due() for its own channel; all channels may do so at the same time.
// Memory: one cache line per channel.
#pragma once

#include <atomic>
#include <deque>
#include <optional>

#include "engine/core/types.hpp"

namespace tapedeck::replay {

class ReplayClock {
 public:
  /// Longer than any pause during trading: volatility halts last five to ten minutes. The limit is
  /// in recorded time; at speeds below 1, it is in the engine clock's time.
  static constexpr Nanos kLongestPause{i64{15} * 60 * kNanosPerSecond};

  /// No pause that passes within this time of the engine's clock is skipped, so that a fast replay
  /// of a quiet morning takes as long as its speed says.
  static constexpr Nanos kShortWait{i64{10} * kNanosPerSecond};

  explicit ReplayClock(u32 channels);

  /// Announces the recorded time of the channel's first message after the start. `first` is empty
  /// if there is no such message. Must be called once per channel.
  void announce(u32 channel, std::optional<Nanos> first);
  /// Returns when the next message of `channel` is due, by the engine's clock. Returns empty until
  /// announce() has been called for every channel. `recorded` is the message's recorded time. `now`
  /// is the current time by the engine's clock. `speed` is above 0 and the same for all channels.
  /// May be called any number of times for the same message.
  [[nodiscard]] std::optional<Nanos> due(u32 channel, Nanos recorded, double speed, Nanos now);
  /// Ends the channel, once: no more messages come from it. `shown`: its messages from the start
  /// on.
  void end(u32 channel, u64 shown);
  /// Returns true if all channels have ended and none had a message between the start and the end.
  [[nodiscard]] bool showed_nothing() const {
    return running_.load(std::memory_order_acquire) == 0 &&  // pairs with the decrement in end()
           shown_.load(std::memory_order_relaxed) == 0;
  }
  /// Returns the time when the replay began, by the engine's clock. Valid after due() has returned
  /// a time.
  [[nodiscard]] Nanos began() const { return {clock_.load(std::memory_order_relaxed)}; }
  /// Returns the number of skipped pauses and skipped steps back. Any thread.
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
  std::atomic<u32> missing_, running_;
  std::atomic<u64> shown_{0};
  std::atomic<i64> clock_;  // when the replay began, by the engine's clock
  std::atomic<i64> base_;   // the recorded time due at clock_, shifted by the skipped pauses
  std::atomic<u64> left_out_{0};
};

}  // namespace tapedeck::replay
