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
  Side side;          // the side of the resting order; none for a cross
  TradeKind kind;
  bool printable;  // false: the venue reports the trade again in bulk, so it is not counted here
};

}  // namespace tapedeck::book
