// Events to few bytes and back: differences to the event before, whole numbers as short as they
// are. Described in tape.md. One thread an object; no allocation.
//
// Every frame starts anew: an encoder and a decoder that have seen the same events since reset()
// agree. When an event was there to be taken (due_time) is not kept: it is of the run, not of the
// market.
#pragma once

#include <array>
#include <optional>

#include "engine/core/event.hpp"
#include "feeds/tape/varint.hpp"

namespace tapedeck::tape {

/// No event takes more: a head byte, four numbers, and an order's four fields or a payload's bytes.
inline constexpr std::size_t kMaxEncodedEvent = 1 + 4 * kMaxVarint + 4 * kMaxVarint + 8;

/// What both sides know of the events before.
class EventContext {
 public:
  void reset() { *this = EventContext{}; }

 protected:
  // Of instruments whose numbers end alike the last one's price is remembered: a bad guess takes
  // more bytes, and nothing else.
  static constexpr std::size_t kPrices = 256;
  [[nodiscard]] i64& last_price(Instrument instrument) {
    return prices_[instrument.value % kPrices];
  }

  Sequence sequence_ = 0;
  i64 time_ = 0;
  u64 id_ = 0;
  std::array<i64, kPrices> prices_{};
};

class EventEncoder : public EventContext {
 public:
  /// Writes at most kMaxEncodedEvent bytes, and returns the place behind them. Not for cuts and
  /// ends, which the pipeline makes itself.
  std::byte* encode(const Event& event, std::byte* at);

 private:
  std::byte* encode_order(const Event& event, std::byte* at);
  std::byte* encode_price(i64 price, i64& last, std::byte* at);
};

class EventDecoder : public EventContext {
 public:
  /// Takes an event from the front of `bytes`; returns how many bytes it took, or 0 when they are
  /// no event. All fields are in their ranges then; unused ones are zero. due_time is kNotTimed.
  std::size_t decode(Bytes bytes, Event& event);

 private:
  void decode_order(VarintReader& reader, Event& event);
  [[nodiscard]] i64 decode_price(VarintReader& reader, i64& last);
};

}  // namespace tapedeck::tape
