// Encodes and decodes events. The encoding is short, because it consists of differences from
// previous events, as variable-length integers. tape.md describes the format. One thread per
// object; no allocation.
//
// Every frame starts with reset(). An encoder and a decoder that have seen the same events since
// reset() have equal state. The due time is not encoded, because it belongs to the run and not to
// the market.
#pragma once

#include <array>
#include <optional>

#include "engine/core/event.hpp"
#include "feeds/tape/varint.hpp"

namespace tapedeck::tape {

/// The most bytes of an encoded event: a head byte, four numbers, and an order's four fields or a
/// payload's bytes.
inline constexpr std::size_t kMaxEncodedEvent = 1 + 4 * kMaxVarint + 4 * kMaxVarint + 8;

/// What an encoder or a decoder remembers of the events since reset().
class EventContext {
 public:
  void reset() { *this = EventContext{}; }

 protected:
  // Instruments whose numbers are equal modulo kPrices share one last price. The last price only
  // predicts the next price; a wrong prediction only costs bytes.
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
  /// Encodes an event. Writes at most kMaxEncodedEvent bytes and returns the position after them.
  /// Must not be called for `cut` and `end` events, which only the pipeline makes.
  std::byte* encode(const Event& event, std::byte* at);

 private:
  std::byte* encode_order(const Event& event, std::byte* at);
  std::byte* encode_price(i64 price, i64& last, std::byte* at);
};

class EventDecoder : public EventContext {
 public:
  /// Decodes an event from the front of `bytes`. Returns the event's encoded size; 0 when the bytes
  /// are not a valid event. The fields of a decoded event are within their ranges, and unused
  /// fields are zero. due_time is kNotTimed.
  std::size_t decode(Bytes bytes, Event& event);

 private:
  void decode_order(VarintReader& reader, Event& event);
  [[nodiscard]] i64 decode_price(VarintReader& reader, i64& last);
};

}  // namespace tapedeck::tape
