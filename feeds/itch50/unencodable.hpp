// Counts events that ITCH 5.0 cannot express, by reason. Plain data; one writer, the encoder's
// thread.
#pragma once

#include <array>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck::itch50 {

/// Why an event has no ITCH message.
enum class Unencodable : u8 {
  symbol,      // empty, longer than 8 bytes or unprintable; or quantities are fractional
  undefined,   // no event has defined the instrument
  locates,     // more instruments than locates
  time,        // before midnight, or beyond 48 bits
  price,       // negative, off the grid of 1e-4, or beyond 32 bits
  quantity,    // negative, or beyond 32 bits
  side,        // an order without a side
  no_message,  // upsert, modify, or an event of all instruments: ITCH has no such message
  clear,       // of one book, or not at the start of a day
  loss,        // ITCH cannot say that messages are missing
  notice       // of another format, or one that the encoder does not know
};
inline constexpr std::size_t kUnencodableReasons =
    static_cast<std::size_t>(Unencodable::notice) + 1;

/// name_of(): the reason's name in counters. sentence_of(): a phrase for people, which follows
/// "events".
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
