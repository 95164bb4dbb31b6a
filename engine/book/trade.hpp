// A trade as strategies see it.
#pragma once

#include "engine/core/types.hpp"

namespace tapedeck::book {

enum class TradeKind : u8 {
  visible,  // an order of the book was executed
  hidden,   // a trade against an order that the book never showed
  cross     // the trade of an auction
};

struct Trade {
  Nanos time;  // exchange time
  Price price;
  Quantity quantity;  // above zero
  Instrument instrument;
  // The side of the resting order; none for a cross. Of a hidden trade as the source says it, which
  // need not be true: ITCH 5.0 always says bid (section 1.5.1 of its specification).
  Side side;
  Side aggressor;  // whose order took the resting one; none where that is not known: hidden, cross
  TradeKind kind;
  bool printable;  // false: the venue reports the trade again in bulk, so it is not counted here
};

}  // namespace tapedeck::book
