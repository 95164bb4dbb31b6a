// Who wants to hear what events do to books while they are applied. On the set's own thread.
#pragma once

#include "engine/book/trade.hpp"

namespace tapedeck::book {

struct Book;

class BookObserver {
 public:
  virtual ~BookObserver() = default;
  /// An instrument got its book, or its definition came again.
  virtual void on_define(const Book& book) = 0;
  /// At the event itself: the rest of its message is still to come.
  virtual void on_trade(const Book& book, const Trade& trade) = 0;
  /// What concerned the book has been applied to an event flagged kLastOfEvent; or something was
  /// lost. Not for notices, and not while the book ignores its events after a loss.
  virtual void on_message(const Book& book, Nanos time) = 0;
};

}  // namespace tapedeck::book
