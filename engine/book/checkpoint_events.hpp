// Books as events: what makes a channel's books from nothing, in the middle of its day.
//
// Applied to an empty channel, the events of a checkpoint leave every book as it was: each order in
// its place in the queue, trading state and auction, trades and counts, and whether it is to be
// trusted. They are no messages of the source: no book counts them among its own, and none is
// crossed by them. A set's own counters have its orders among what was applied.
#pragma once

#include <functional>
#include <vector>

#include "engine/book/book_set.hpp"
#include "engine/core/event.hpp"
#include "engine/core/feed.hpp"

namespace tapedeck::book {

/// What the values of a Kind::restore are; those of `channel` concern the whole channel.
enum class Restored : u8 {
  channel,  // session; first and last message lost since its last clear, both 0: none
  trust,    // bits, see below; first and last message lost
  counts,   // events, adds, executions
  flow,     // quantity executed; flow hash; volume
  last      // price and quantity of the last trade
};

/// Bits of Restored::trust, above them the trading state.
namespace restored {
inline constexpr u64 kSuspect = 1;
inline constexpr u64 kStale = 2;
inline constexpr u64 kIgnoring = 4;
inline constexpr u64 kCrossed = 8;
inline constexpr u64 kHalt = 16;
inline constexpr u32 kTradingShift = 8;
}  // namespace restored

/// The newest messages of a channel so far: of each instrument, and of the channel as a whole. What
/// a reader of some instruments only would have come to is in it.
class NewestMessages {
 public:
  /// Before or after it is applied.
  void note(const Event& event);
  /// Number and time; nothing was noted: 0 and kBeginningOfTime.
  [[nodiscard]] ChannelMoment of(Instrument instrument) const;
  [[nodiscard]] ChannelMoment of_channel() const { return channel_; }
  /// Of all together.
  [[nodiscard]] Nanos time() const { return time_; }

 private:
  std::vector<ChannelMoment> of_instruments_;
  ChannelMoment channel_;
  Nanos time_ = kBeginningOfTime;
};

/// Gives the events that make the books of a channel as they are now. The thread that owns the
/// books. Memory: none that grows with them.
void emit_checkpoint(const BookSet& books, ChannelId channel, const NewestMessages& newest,
                     const std::function<void(const Event&)>& emit);

/// Takes up what a Kind::restore of an instrument says. The other fields stay.
void restore(InstrumentState& state, const Event& event);

}  // namespace tapedeck::book
