// Encodes events as ITCH 5.0 messages: the reverse of Decoder, for the events of any feed.
//
// Invariants:
//  1. The events of one decoded message become one message again, so that sequence numbers stay
//     those of the source. Fields that events do not keep are lost: the tracking number, and a
//     locate and stock that contradicted each other.
//  2. An event that ITCH cannot express is never written in part. It is counted by its reason.
//  3. A definition is held back until the next event. If that event's message says the
//     same (a directory message, or one that names its stock), no directory message is written;
//     else one is written before it.
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
  held,     // a definition or a new day: written with the next event or by finish()
  skipped,  // controls the pipeline (cut, end); not a message
  impossible
};

/// Returns the letter of a system event; a blank for an unknown session.
[[nodiscard]] char letter_of(Session session);

class EventEncoder {
 public:
  /// `midnight`: the origin of the messages' times, as in Decoder::set_midnight().
  explicit EventEncoder(Nanos midnight);

  /// Appends the event's message, preceded by the directory message of a definition if one is due.
  Encoded encode(const Event& event, FrameBuffer& out);
  /// Appends what is still held back. Call it last.
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
    bool announced = false;  // a message of today has named its locate
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

  // These set failed_ when a value cannot be expressed.
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
  std::size_t next_locate_ = 1;      // all below are taken
  std::optional<Event> held_;        // a define, or the clear of a new day
  std::optional<Unencodable> failed_;
  Listing* current_ = nullptr;  // of the event being encoded
  EncoderCounters counters_;
};

}  // namespace tapedeck::itch50
