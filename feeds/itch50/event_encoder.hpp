// Encodes events of any feed as ITCH 5.0 messages. It reverses what Decoder does.
//
// Invariants:
//  1. The events of one decoded message become one message again, so that messages keep their
//     sequence numbers. Fields that events do not contain are lost: for example the tracking
//     number, and a stock symbol that contradicts the message's locate.
//  2. An event that ITCH cannot express is not written at all, and is counted by reason.
//  3. A definition is held back until the next event. If the next event's message contains the same
//     definition (it is a directory message, or it names the stock), no directory message is
//     written. Else a directory message is written before the next event's message.
// One channel, one thread. Allocates when an instrument is defined. Memory is bounded by the number
// of instruments.
#pragma once

#include <optional>
#include <vector>

#include "engine/core/event.hpp"
#include "feeds/itch50/unencodable.hpp"
#include "feeds/itch50/writer.hpp"

namespace tapedeck::itch50 {

enum class Encoded : u8 {
  encoded,
  held,  // a definition or a clear of all books; the next event or finish() decides what is written
  skipped,  // has no message, because it controls the pipeline (cut, end) or restores a checkpoint
  impossible  // ITCH cannot express the event, which is counted by reason
};

/// Returns the session's letter in an ITCH system event message; a blank for an unknown session.
[[nodiscard]] char letter_of(Session session);

class EventEncoder {
 public:
  /// `midnight` is the origin of the messages' times, as in Decoder::set_midnight().
  explicit EventEncoder(Nanos midnight);

  /// Appends the event's message to `out`. First appends the directory message of a definition that
  /// was held back, if one is needed.
  Encoded encode(const Event& event, FrameBuffer& out);
  /// Appends the directory message of a definition that is still held back. Counts a clear that is
  /// still held back as impossible. Call finish() last.
  void finish(FrameBuffer& out);
  void set_midnight(Nanos midnight) { midnight_ = midnight; }
  [[nodiscard]] const EncoderCounters& counters() const { return counters_; }

 private:
  struct Listing {
    Stock stock{""};
    u32 source_id = 0;
    u32 round_lot = 0;
    u16 locate = 0;  // 0: no locate yet today
    bool defined = false;
    bool expressible = false;
    bool announced = false;  // a message of today contains both the stock and the locate
  };

  Encoded dispatch(const Event& event, FrameBuffer& out);
  Encoded define(const Event& event);
  Encoded of_everything(const Event& event, FrameBuffer& out);
  Encoded of_market(const Event& event, FrameBuffer& out);
  Encoded of_instrument(const Event& event, FrameBuffer& out);
  Encoded order_message(const Event& event, FrameBuffer& out);
  Encoded add(const Event& event, FrameBuffer& out);
  Encoded trading_state(const Event& event, FrameBuffer& out);
  Encoded notice(const Event& event, FrameBuffer& out);

  void settle_held(const Event& next, FrameBuffer& out);
  [[nodiscard]] bool implied_by(const Event& definition, const Event& next) const;
  bool announce(Listing& listing, const Event& event, FrameBuffer& out);
  bool write_directory(const Listing& listing, Nanos time, FrameBuffer& out);
  bool assign_locate(Listing& listing, Instrument instrument);
  void forget_locates();

  // header(), price(), shares() and wide() set failed_ when a value cannot be expressed.
  [[nodiscard]] Header header(Nanos time, u16 locate);
  [[nodiscard]] u32 price(Price price);
  [[nodiscard]] u32 shares(Quantity quantity);
  [[nodiscard]] u64 wide(i64 quantity);
  Encoded impossible(Unencodable reason);
  // Appends the message unless failed_ is set.
  template <class Message>
  Encoded append(const Message& message, FrameBuffer& out);

  Nanos midnight_;
  std::vector<Listing> listings_;    // by instrument
  std::vector<Instrument> holders_;  // by locate: today's instrument; kNoInstrument: free
  std::size_t next_locate_ = 1;      // all lower locates, from 1 on, are taken
  std::optional<Event> held_;        // a define, or a clear of all books
  std::optional<Unencodable> failed_;
  Listing* current_ = nullptr;  // the listing of the instrument whose event is being encoded
  EncoderCounters counters_;
};

}  // namespace tapedeck::itch50
