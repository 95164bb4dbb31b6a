// Counts events that ITCH 5.0 cannot express, by reason. Plain data. Only the encoder's thread
// writes the counters.
#pragma once

#include <array>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck::itch50 {

/// Why an event has no ITCH message.
enum class Unencodable : u8 {
  symbol,      // the symbol is empty, over 8 bytes or unprintable; or quantities are fractional
  undefined,   // no event has defined the instrument
  locates,     // there are more instruments than locates
  time,        // before midnight, or beyond 48 bits
  price,       // negative, off the grid of 1e-4, or beyond 32 bits
  quantity,    // negative, or beyond 32 bits
  side,        // an order without a side
  no_message,  // ITCH has no such message: upsert, modify, or an event of all instruments
  clear,       // a clear of one book, or a clear that is not at the start of a day
  loss,        // ITCH cannot say that messages are missing
  notice       // a notice of another format, or of a type unknown to the encoder
};
inline constexpr std::size_t kUnencodableReasons =
    static_cast<std::size_t>(Unencodable::notice) + 1;

/// name_of() returns the reason's name in counters. sentence_of() returns a phrase for people, to
/// be written after the word "events".
[[nodiscard]] std::string_view name_of(Unencodable reason);
[[nodiscard]] std::string_view sentence_of(Unencodable reason);

struct EncoderCounters {
  std::array<u64, kUnencodableReasons> unencodable{};  // events, by reason
  u64 doubts_lost = 0;  // events written without their kDoubtful flag

  [[nodiscard]] u64 of(Unencodable reason) const {
    return unencodable[static_cast<std::size_t>(reason)];
  }
  [[nodiscard]] u64 all_unencodable() const {
    u64 sum = 0;
    for (const u64 count : unencodable) sum += count;
    return sum;
  }
};

}  // namespace tapedeck::itch50
