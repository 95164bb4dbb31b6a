// A trade as strategies see it.
#pragma once

#include "engine/core/types.hpp"

namespace tapedeck::book {

enum class TradeKind : u8 {
  visible,  // an order of the book was executed
  hidden,   // against an order that was never shown
  cross     // an auction's
};

struct Trade {
  Nanos time;  // exchange time
  Price price;
  Quantity quantity;  // above zero
  Side side;          // of the order that rested; none for a cross
  TradeKind kind;
  bool printable;  // else it is reported again in bulk, and must not be counted twice
};

}  // namespace tapedeck::book
