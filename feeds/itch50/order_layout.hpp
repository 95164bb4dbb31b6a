// The offsets of the fields in the most frequent order messages (types A, D, E, U, X). With this
// table, the same code decodes all these types without a branch on the type. All other types have a
// row of size 0.
//
// Offsets count from the message's first byte, as in the ITCH 5.0 specification (4.3, 4.4 and on).
// A field that a type does not have is read from offset 0, and its mask is 0.
#pragma once

#include <array>

#include "engine/core/event.hpp"
#include "feeds/itch50/messages.hpp"

namespace tapedeck::itch50 {

struct alignas(64) OrderLayout {
  u8 size = 0;  // size of the whole message
  Kind kind = Kind::notice;
  u8 side_at = 0;
  u8 shares_at = 0;
  u8 price_at = 0;
  u8 aux_at = 0;  // the new order's reference in a replace, the match number in an execution
  u8 stock_at = 0;
  u8 side_mask = 0;
  u32 shares_mask = 0;
  u64 price_mask = 0;
  u64 aux_mask = 0;
  u64 stock_mask = 0;
};

/// The side for each letter of the buy/sell indicator; Side::none for any other letter.
inline constexpr std::array<Side, 256> kSides = [] {
  std::array<Side, 256> of{};
  of['B'] = Side::bid;
  of['S'] = Side::ask;
  return of;
}();

inline constexpr std::size_t kOrderReferenceAt = 11;  // the same offset in all these types

inline constexpr std::array<OrderLayout, 256> kOrderLayouts = [] {
  constexpr u32 kAll4 = ~u32{0};
  constexpr u64 kAll8 = ~u64{0};
  std::array<OrderLayout, 256> of{};
  of['A'] = {36, Kind::add, 19, 20, 32, 0, 24, 0xFF, kAll4, kAll8, 0, kAll8};
  of['D'] = {19, Kind::remove, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  of['E'] = {31, Kind::execute, 0, 19, 0, 23, 0, 0, kAll4, 0, kAll8, 0};
  of['U'] = {35, Kind::replace, 0, 27, 31, 19, 0, 0, kAll4, kAll8, kAll8, 0};
  of['X'] = {23, Kind::reduce, 0, 19, 0, 0, 0, 0, kAll4, 0, 0, 0};
  for (const char type : {'A', 'D', 'E', 'U', 'X'}) {
    if (of[static_cast<u8>(type)].size != wire_size(type)) throw "a layout of another size";
  }
  return of;
}();

}  // namespace tapedeck::itch50
