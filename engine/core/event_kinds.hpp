// The kinds of events. Their names, classes and payloads come from one table, kEventKinds.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck {

/// Tapes store these numbers: append only, never reorder.
enum class Kind : u8 {
  define,
  add,
  upsert,
  reduce,
  execute,
  execute_at,
  remove,
  replace,
  modify,
  clear,
  trade,
  cross,
  trade_break,
  trading_state,
  auction,
  collar,
  notice,
  loss,
  cut,
  end,
  restore,
  clear_side
};
inline constexpr std::size_t kKinds = static_cast<std::size_t>(Kind::clear_side) + 1;

enum class KindClass : u8 {
  control,  // steers the pipeline; is never dropped, and is not counted as an event read
  order,    // changes the orders of a book
  trade,    // a trade against no visible order (hidden or auction), or the break of a trade
  state,    // changes a book's state besides its orders: trading state, auctions, collars
  message   // changes no book
};

/// Which member of Event's union a kind uses.
enum class Payload : u8 { none, define, order, state, auction, collar, notice, loss, cut, restore };

struct EventKind {
  Kind kind;
  std::string_view name;  // in rows, reports and tests
  KindClass of;
  Payload payload;
  std::string_view help;
};

inline constexpr std::array<EventKind, kKinds> kEventKinds{{
    {Kind::define, "define", KindClass::control, Payload::define,
     "an instrument gets its number and its symbol"},
    {Kind::add, "add", KindClass::order, Payload::order, "a new order; aux: its MPID, four bytes"},
    {Kind::upsert, "upsert", KindClass::order, Payload::order,
     "an order is set, whether it was there or not"},
    {Kind::reduce, "reduce", KindClass::order, Payload::order, "an order shrinks by the quantity"},
    {Kind::execute, "execute", KindClass::order, Payload::order,
     "an order trades at its own price; aux: match number"},
    {Kind::execute_at, "execute_at", KindClass::order, Payload::order,
     "an order trades at another price; its own level shrinks; aux: match number"},
    {Kind::remove, "remove", KindClass::order, Payload::order, "an order leaves the book"},
    {Kind::replace, "replace", KindClass::order, Payload::order,
     "an order leaves, order aux joins its side at the back of its level"},
    {Kind::modify, "modify", KindClass::order, Payload::order,
     "price and quantity are set; less at the same price keeps its place"},
    {Kind::clear, "clear", KindClass::order, Payload::none,
     "the book is emptied; stale and suspect end"},
    {Kind::trade, "trade", KindClass::trade, Payload::order,
     "a trade against an order that was never shown; aux: match number"},
    {Kind::cross, "cross", KindClass::trade, Payload::order,
     "the trade of an auction; id: the letter of its type"},
    {Kind::trade_break, "trade_break", KindClass::trade, Payload::order,
     "a trade is cancelled; aux: match number"},
    {Kind::trading_state, "trading_state", KindClass::state, Payload::state,
     "the state of one instrument, or the session of the channel"},
    {Kind::auction, "auction", KindClass::state, Payload::auction, "an imbalance of an auction"},
    {Kind::collar, "collar", KindClass::state, Payload::collar, "the price range of an auction"},
    {Kind::notice, "notice", KindClass::message, Payload::notice,
     "a message that concerns no book, in the bytes of its source"},
    {Kind::loss, "loss", KindClass::control, Payload::loss, "messages first to last never came"},
    {Kind::cut, "cut", KindClass::control, Payload::cut,
     "channel time has passed the cuts first to last"},
    {Kind::end, "end", KindClass::control, Payload::none,
     "the last event of its channel; the pipeline sets its `cut`"},
    {Kind::restore, "restore", KindClass::control, Payload::restore,
     "the state of an instrument or a channel, but for its orders, from a checkpoint"},
    {Kind::clear_side, "clear_side", KindClass::order, Payload::none,
     "one side of the book is emptied; stale and suspect stay"},
}};

namespace detail {

constexpr bool is_in_order(const std::array<EventKind, kKinds>& kinds) {
  for (std::size_t i = 0; i < kKinds; ++i) {
    if (static_cast<std::size_t>(kinds[i].kind) != i) return false;
  }
  return true;
}
static_assert(is_in_order(kEventKinds), "a kind is the index of its row");

/// Returns a bit mask of the kinds for which `holds` is true. A test against the mask needs only a
/// shift and no load.
template <class Holds>
constexpr u32 kind_bits(Holds holds) {
  static_assert(kKinds <= 32);
  u32 bits = 0;
  for (const EventKind& kind : kEventKinds) {
    if (holds(kind)) bits |= u32{1} << static_cast<u32>(kind.kind);
  }
  return bits;
}

}  // namespace detail

/// Returns the kind's name; "?" for a value that is no kind.
[[nodiscard]] constexpr std::string_view name_of(Kind kind) {
  const auto index = static_cast<std::size_t>(kind);
  return index < kKinds ? kEventKinds[index].name : "?";
}

/// Returns the kind's payload; `none` for a value that is no kind.
[[nodiscard]] constexpr Payload payload_of(Kind kind) {
  const auto index = static_cast<std::size_t>(kind);
  return index < kKinds ? kEventKinds[index].payload : Payload::none;
}

[[nodiscard]] constexpr bool is_control(Kind kind) {
  constexpr u32 kControl =
      detail::kind_bits([](const EventKind& each) { return each.of == KindClass::control; });
  return (kControl >> static_cast<u32>(kind) & 1) != 0;
}

/// Returns true for a kind whose payload is OrderFields.
[[nodiscard]] constexpr bool has_order_fields(Kind kind) {
  constexpr u32 kOrder =
      detail::kind_bits([](const EventKind& each) { return each.payload == Payload::order; });
  return (kOrder >> static_cast<u32>(kind) & 1) != 0;
}

}  // namespace tapedeck
