// Random events of a channel's books: few ids, few prices and small quantities, so that every rule
// is broken often.
#pragma once

#include <iterator>
#include <limits>

#include "engine/core/event.hpp"
#include "engine/core/random.hpp"

namespace tapedeck::book {

inline constexpr u32 kInstruments = 5;

// Where prices lie. A side's array has room for whole ten-thousandths up to a most: there, halfway
// and close together between two, on both sides of zero, about the most, and all over what there
// is.
inline Price priced(u64 seed, i64 near_100) {
  constexpr i64 kStep = kPriceUnitsPerOne / 10'000;
  const i64 from_100 = near_100 - 100;
  switch (seed % 6) {
    case 0:
      return {near_100 * kStep / 2};
    case 1:
      return {near_100};
    case 2:
      return {from_100 * kStep / 3};
    case 3:
      return {((i64{1} << 32) + from_100) * kStep};
    case 4:
      if (near_100 == 99) return {std::numeric_limits<i64>::min()};
      if (near_100 == 101) return {std::numeric_limits<i64>::max() - 1};
      return {from_100 * (i64{1} << 57)};
    default:
      return {near_100 * kStep};
  }
}

// How a venue numbers its orders: one after another, with the same low bits, scattered, or with
// large numbers only.
inline OrderId numbered(u64 seed, u64 number) {
  switch (seed / 6 % 4) {
    case 1:
      return {number << 32};
    case 2:
      return {number * 0x9E3779B97F4A7C15};
    case 3:
      return {std::numeric_limits<u64>::max() - number};
    default:
      return {number};
  }
}

inline Event random_event(Random& random, u64 seed, Sequence sequence) {
  constexpr Kind kKindsDrawn[] = {
      Kind::add,     Kind::add,    Kind::add,        Kind::upsert,     Kind::reduce,
      Kind::execute, Kind::remove, Kind::execute_at, Kind::replace,    Kind::modify,
      Kind::trade,   Kind::cross,  Kind::clear,      Kind::clear_side, Kind::trading_state};
  Event event{};
  event.sequence = sequence;
  event.exchange_time = Nanos{static_cast<i64>(sequence * 1000)};
  event.instrument = {static_cast<u32>(random.below(kInstruments))};
  event.kind = kKindsDrawn[random.below(std::size(kKindsDrawn))];
  if (event.kind == Kind::clear && !random.chance(0.02)) event.kind = Kind::add;
  if (event.kind == Kind::clear_side && !random.chance(0.1)) event.kind = Kind::add;
  event.flags = random.chance(0.9) ? kLastOfEvent : EventFlags{0};
  if (event.kind == Kind::trading_state) {
    event.state = {random.chance(0.9) ? TradingState::trading : TradingState::halted,
                   Session::unknown,
                   'H',
                   {}};
    return event;
  }
  event.side = random.chance(0.5) ? Side::bid : Side::ask;
  const i64 price = event.side == Side::bid ? 100 - static_cast<i64>(random.below(30))
                                            : 99 + static_cast<i64>(random.below(30));
  event.order = {numbered(seed, random.below(400)), numbered(seed, random.below(400)).value,
                 priced(seed, price), Quantity{static_cast<i64>(random.below(20)) - 1}};
  if ((event.kind == Kind::reduce || event.kind == Kind::modify) && sequence % 2 == 0) {
    event.flags |= kStatesPlace;
  }
  return event;
}

}  // namespace tapedeck::book
