// A checkpoint is a list of events that rebuilds a channel's books as they were at one moment of
// the day, so that a reader can start there.
//
// Applied to an empty channel, a checkpoint's events restore every book: each order at its position
// in the queue, the trading state, the auction and collar, the trades and counts, and the trust
// state. These events are not messages of the source, so no book counts them as its events or
// becomes crossed because of them. BookCounters::applied does count a checkpoint's orders, auctions
// and collars.
#pragma once

#include <functional>
#include <vector>

#include "engine/book/book_set.hpp"
#include "engine/core/event.hpp"
#include "engine/core/recording.hpp"

namespace tapedeck::book {

/// The meaning of the three values of a Kind::restore event. The values of `channel` describe the
/// whole channel. The values of all other parts describe one instrument.
enum class Restored : u8 {
  channel,  // session; first and last message lost since the last clear, both 0 if none was lost
  trust,    // the bits of namespace restored; BookTrust::first; BookTrust::last
  counts,   // events, adds, executions
  flow,     // quantity executed; flow hash; volume
  last,     // price of the last trade; its quantity; the TrustReason of a suspect book, or `joined`
  joined    // of the whole channel: BookSet::joined(); 0; 0
};

/// Bits of the first value of Restored::trust. The bits from kTradingShift on hold the trading
/// state.
namespace restored {
inline constexpr u64 kSuspect = 1;
inline constexpr u64 kStale = 2;
inline constexpr u64 kIgnoring = 4;
inline constexpr u64 kCrossed = 8;
inline constexpr u64 kHalt = 16;
inline constexpr u32 kTradingShift = 8;
}  // namespace restored

/// Keeps a channel's newest message number and time for each instrument, and separately for the
/// events of no single instrument. A reader of only some instruments is at the newest of these
/// positions: of() for each of its instruments, and of_channel().
class NewestMessages {
 public:
  /// Notes an event. May be called before or after the event is applied. Ignores losses, because a
  /// loss has neither a number nor a time of its own.
  void note(const Event& event);
  /// Returns the instrument's newest number and time; 0 and kBeginningOfTime if no event of the
  /// instrument was noted.
  [[nodiscard]] ChannelMoment of(Instrument instrument) const;
  [[nodiscard]] ChannelMoment of_channel() const { return channel_; }
  /// Returns the newest time among all events noted.
  [[nodiscard]] Nanos time() const { return time_; }

 private:
  std::vector<ChannelMoment> of_instruments_;
  ChannelMoment channel_;
  Nanos time_ = kBeginningOfTime;
};

/// Emits the events that restore the current books of a channel. Called by the thread that owns the
/// books. Uses memory for the orders of one level at a time.
void emit_checkpoint(const BookSet& books, ChannelId channel, const NewestMessages& newest,
                     const std::function<void(const Event&)>& emit);

/// Sets the fields of `state` that a Kind::restore event of an instrument contains. Leaves the
/// other fields as they are.
void restore(InstrumentState& state, const Event& event);

}  // namespace tapedeck::book
