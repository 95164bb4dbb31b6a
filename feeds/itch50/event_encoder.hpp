// Encodes events as ITCH 5.0 messages: the reverse of Decoder, for the events of any feed.
//
// Invariants:
//  1. The events of one decoded message become one message again, so that sequence numbers stay
//     those of the source. Fields that events do not keep are lost, for example the tracking
//     number, and a stock that contradicted its message's locate.
//  2. An event that ITCH cannot express is never written in part. It is counted by its reason.
//  3. A definition is held back until the next event. If the next event's message says the same (it
//     is a directory message, or it names the stock), no directory message is written; else a
//     directory message is written before the next event's message.
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
  held,       // a definition or a clear of all books: settled by the next event or by finish()
  skipped,    // no message: controls the pipeline (cut, end) or restores a checkpoint
  impossible  // ITCH cannot express the event; counted by its reason
};

/// Returns the session's letter in a system event; a blank for an unknown session.
[[nodiscard]] char letter_of(Session session);

class EventEncoder {
 public:
  /// `midnight`: the origin of the messages' times, as in Decoder::set_midnight().
  explicit EventEncoder(Nanos midnight);

  /// Appends the event's message. If a definition needs a directory message, that comes first.
  Encoded encode(const Event& event, FrameBuffer& out);
  /// Appends the directory message of a definition that is still held back. Call it last.
  void finish(FrameBuffer& out);
  void set_midnight(Nanos midnight) { midnight_ = midnight; }
  [[nodiscard]] const EncoderCounters& counters() const { return counters_; }

 private:
  struct Listing {
    Stock stock{""};
    u32 source_id = 0;
    u32 round_lot = 0;
    u16 locate = 0;  // 0: none yet today
    bool defined = false;
    bool expressible = false;
    bool announced = false;  // a message of today has named stock and locate
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
  std::vector<Instrument> holders_;  // by locate: its instrument today; kNoInstrument: free
  std::size_t next_locate_ = 1;      // the locates from 1 to below this one are taken
  std::optional<Event> held_;        // a define, or a clear of all books
  std::optional<Unencodable> failed_;
  Listing* current_ = nullptr;  // the listing of the event being encoded's instrument
  EncoderCounters counters_;
};

}  // namespace tapedeck::itch50
