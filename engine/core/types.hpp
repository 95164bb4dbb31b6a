// Distinct types for prices, quantities, order ids, instruments and times, so that a price cannot
// be passed as a quantity.
//
// Each of these types is a trivial wrapper around one integer. It costs nothing at run time, and
// can be compared only with the same type. `.value` is the integer; code that reads or writes bytes
// uses it.
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

  // clang-tidy 14 mistakes the generated code of the defaulted operator for a literal 0.
  // NOLINTNEXTLINE(modernize-use-nullptr)
  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
};

/// A price in units of 1e-9 of the currency. A price may be negative. kNoPrice means that there is
/// no price.
struct PriceTag;
using Price = Strong<PriceTag, i64>;
inline constexpr Price kNoPrice{std::numeric_limits<i64>::max()};
inline constexpr i64 kPriceUnitsPerOne = 1'000'000'000;

/// A quantity in units of 10^-s, where s is the instrument's quantity scale (0 for shares).
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

/// The lowest synthetic order id. Feeds give synthetic ids to orders for which the source has no
/// id.
inline constexpr u64 kFirstSyntheticId = u64{1} << 63;

/// An instrument's dense number within its channel, in the order of first appearance.
struct InstrumentTag;
using Instrument = Strong<InstrumentTag, u32>;
/// In an event, stands for all instruments of the channel. Session changes, gaps, cuts and the end
/// use it.
inline constexpr Instrument kEveryInstrument{std::numeric_limits<u32>::max()};
/// In an event, says that the event concerns no instrument of the channel. Market-wide notices use
/// it.
inline constexpr Instrument kNoInstrument{std::numeric_limits<u32>::max() - 1};
/// The most instruments that a channel may have, because ITCH numbers them with 16 bits. More are a
/// fault of the input.
inline constexpr u32 kMaxInstrumentsPerChannel = 65'536;

/// Nanoseconds: a duration, or a time. Exchange time counts from 1970 UTC, and the engine's clock
/// from an arbitrary start.
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
/// The number of a channel, which is one ordered stream of messages. Results call it `venue`.
using ChannelId = u16;

enum class Side : u8 { none, bid, ask };

constexpr Side opposite(Side side) {
  return side == Side::bid ? Side::ask : side == Side::ask ? Side::bid : Side::none;
}

}  // namespace tapedeck
