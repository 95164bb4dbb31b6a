// Events back to ITCH 5.0: the reverse of Decoder, for whatever feed the events come from.
//
// Invariants:
//  1. A message that the decoder took apart becomes one message again, so that what is encoded has
//     the numbers of its source. What the engine's events do not keep is not in it: the tracking
//     number, and the locate and the stock where they contradicted each other.
//  2. What ITCH cannot say is never written half: it is counted by its reason.
//  3. A definition is held back until the next event: it may be the message's own (a directory
//     message, or one that names its stock), else it is written as a directory message.
// One channel, one thread. Allocates where an instrument is defined; memory is bounded by them.
#pragma once

#include <optional>
#include <vector>

#include "engine/core/event.hpp"
#include "feeds/itch50/impossible.hpp"
#include "feeds/itch50/writer.hpp"

namespace tapedeck::itch50 {

enum class Encoded : u8 {
  encoded,
  held,     // a definition or a new day: in a message with the next event, or by finish()
  skipped,  // steers the pipeline (cut, end), and is no message
  impossible
};

/// As in a system event; a blank where the session is not known.
[[nodiscard]] char letter_of(Session session);

class EventEncoder {
 public:
  /// `midnight` is what exchange times count from, as in Decoder::set_midnight().
  explicit EventEncoder(Nanos midnight);

  /// Appends the event's message, and the directory message of a definition before it.
  Encoded encode(const Event& event, FrameBuffer& out);
  /// Appends what is held back still. Call it last.
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
    bool announced = false;  // a message of today says what its locate stands for
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

  // They note in failed_ what cannot be expressed.
  [[nodiscard]] Header header(Nanos time, u16 locate);
  [[nodiscard]] u32 price(Price price);
  [[nodiscard]] u32 shares(Quantity quantity);
  [[nodiscard]] u64 wide(i64 quantity);
  Encoded impossible(Unencodable reason);
  // Appends the message unless something about it cannot be expressed.
  template <class Message>
  Encoded append(const Message& message, FrameBuffer& out);

  Nanos midnight_;
  std::vector<Listing> listings_;    // by instrument
  std::vector<Instrument> holders_;  // by locate: whose it is today; kNoInstrument: free
  std::size_t next_locate_ = 1;      // those below are taken
  std::optional<Event> held_;        // a define, or the clear of a new day
  std::optional<Unencodable> failed_;
  Listing* current_ = nullptr;  // of the event being encoded
  EncoderCounters counters_;
};

}  // namespace tapedeck::itch50
