// Checkpoints: events that rebuild a channel's books from nothing, in the middle of its day.
//
// Applied to an empty channel, the events of a checkpoint restore every book: each order in its
// place in the queue, trading state and auction, trades and counts, and trust. These events are no
// messages of the source: no book counts them among its events, and none counts as crossed because
// of them. The set's counters do count the orders, auctions and collars of a checkpoint as applied.
#pragma once

#include <functional>
#include <vector>

#include "engine/book/book_set.hpp"
#include "engine/core/event.hpp"
#include "engine/core/feed.hpp"

namespace tapedeck::book {

/// The meaning of the three values of a Kind::restore. `channel` concerns the whole channel, the
/// others one instrument.
enum class Restored : u8 {
  channel,  // session; first and last message lost since the last clear, both 0: none
  trust,    // bits, see below; BookTrust::first and last
  counts,   // events, adds, executions
  flow,     // quantity executed; flow hash; volume
  last      // price and quantity of the last trade; TrustReason of a suspect book
};

/// Bits of the first value of Restored::trust; the trading state lies above them.
namespace restored {
inline constexpr u64 kSuspect = 1;
inline constexpr u64 kStale = 2;
inline constexpr u64 kIgnoring = 4;
inline constexpr u64 kCrossed = 8;
inline constexpr u64 kHalt = 16;
inline constexpr u32 kTradingShift = 8;
}  // namespace restored

/// The newest message numbers and times of a channel so far: per instrument, and for the events
/// that concern no single instrument. The position of a reader of only some instruments is the
/// newest among of() those instruments and of_channel().
class NewestMessages {
 public:
  /// Notes an event, before or after it is applied.
  void note(const Event& event);
  /// Returns the instrument's newest number and time; 0 and kBeginningOfTime where no event was
  /// noted.
  [[nodiscard]] ChannelMoment of(Instrument instrument) const;
  [[nodiscard]] ChannelMoment of_channel() const { return channel_; }
  /// The newest time of all events.
  [[nodiscard]] Nanos time() const { return time_; }

 private:
  std::vector<ChannelMoment> of_instruments_;
  ChannelMoment channel_;
  Nanos time_ = kBeginningOfTime;
};

/// Emits the events that restore the books of a channel as they are now. Called by the thread that
/// owns the books. Uses memory for the orders of one level at a time.
void emit_checkpoint(const BookSet& books, ChannelId channel, const NewestMessages& newest,
                     const std::function<void(const Event&)>& emit);

/// Sets the fields of `state` that a Kind::restore of an instrument holds. The other fields stay.
void restore(InstrumentState& state, const Event& event);

}  // namespace tapedeck::book
