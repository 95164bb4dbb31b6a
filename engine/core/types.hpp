// Units of the trade as types of their own, so that a price cannot be passed for a quantity.
//
// Every type is a trivial wrapper around one integer: free at run time, comparable with its own
// kind only. `.value` reads and sets the integer, and is used where bytes are read or written.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace tapedeck {

using i64 = std::int64_t;
using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
// Sums of price x quantity need more than 64 bits. __extension__ lets -Wpedantic stay on for
// everything else.
__extension__ using i128 = __int128;

template <class Tag, class Rep>
struct Strong {
  using rep = Rep;
  Rep value;

  // clang-tidy 14 takes the generated code of the defaulted operator for a literal 0.
  // NOLINTNEXTLINE(modernize-use-nullptr)
  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
};

/// A price in units of 1e-9 of the currency; negative is legal. kNoPrice means "there is none".
struct PriceTag;
using Price = Strong<PriceTag, i64>;
inline constexpr Price kNoPrice{std::numeric_limits<i64>::max()};
inline constexpr i64 kPriceUnitsPerOne = 1'000'000'000;

/// A quantity in units of 10^-s, s being the instrument's quantity scale (0 for shares).
struct QuantityTag;
using Quantity = Strong<QuantityTag, i64>;

constexpr Quantity operator+(Quantity a, Quantity b) {
  return {a.value + b.value};
}
constexpr Quantity operator-(Quantity a, Quantity b) {
  return {a.value - b.value};
}
constexpr Quantity& operator+=(Quantity& a, Quantity b) {
  return a = a + b;
}
constexpr Quantity& operator-=(Quantity& a, Quantity b) {
  return a = a - b;
}

/// The source's own order number; unique within (channel, instrument) only.
struct OrderIdTag;
using OrderId = Strong<OrderIdTag, u64>;

/// The engine's own feeds give ids from here on to orders that the source never named.
inline constexpr u64 kFirstSyntheticId = u64{1} << 63;

/// An instrument's dense number within its channel, in the order of first appearance.
struct InstrumentTag;
using Instrument = Strong<InstrumentTag, u32>;
/// Addresses all instruments of a channel at once: session changes, gaps, cuts, the end.
inline constexpr Instrument kEveryInstrument{std::numeric_limits<u32>::max()};
/// Belongs to the channel but to none of its instruments: market-wide notices.
inline constexpr Instrument kNoInstrument{std::numeric_limits<u32>::max() - 1};
/// ITCH numbers its instruments with 16 bits; more instruments than that in one channel are a fault
/// of the input.
inline constexpr u32 kMaxInstrumentsPerChannel = 65'536;

/// Nanoseconds: since 1970 UTC for exchange time, since an arbitrary start for the engine's clock.
struct NanosTag;
using Nanos = Strong<NanosTag, i64>;
inline constexpr Nanos kBeginningOfTime{std::numeric_limits<i64>::min()};

constexpr Nanos operator+(Nanos a, Nanos b) {
  return {a.value + b.value};
}
constexpr Nanos operator-(Nanos a, Nanos b) {
  return {a.value - b.value};
}
inline constexpr i64 kNanosPerSecond = 1'000'000'000;

/// The dense number of a source message within its channel, from 1.
using Sequence = u64;
/// The number of a channel: one ordered stream of messages, written as `venue` in results.
using ChannelId = u16;

enum class Side : u8 { none, bid, ask };

constexpr Side opposite(Side side) {
  return side == Side::bid ? Side::ask : side == Side::ask ? Side::bid : Side::none;
}

}  // namespace tapedeck
