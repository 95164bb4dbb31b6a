// Finds the side and the price of the order that an event belongs to, where the event itself does
// not say them: ITCH names only the order's number when an order trades, shrinks or leaves.
//
// Keeps the books of one channel, so memory grows with the live orders, not with the input. One
// thread.
#pragma once

#include "engine/book/book_set.hpp"
#include "engine/core/event.hpp"

namespace tapedeck::tools {

class OrderPlaces {
 public:
  OrderPlaces();

  /// Applies the channel's next event, and returns a copy of it to which the side and the price of
  /// its order are added, if the event lacks them and the order is known. Must be called for every
  /// event of the channel, in order.
  [[nodiscard]] Event completed(const Event& event);

 private:
  book::BookSet books_;
};

}  // namespace tapedeck::tools
