// The interface of an observer of what events do to books. Callbacks run while events are applied,
// on the thread that owns the book set.
#pragma once

#include "engine/book/trade.hpp"

namespace tapedeck::book {

struct Book;

class BookObserver {
 public:
  virtual ~BookObserver() = default;
  /// Called when an instrument got its book, or when its definition was repeated.
  virtual void on_define(const Book& book) = 0;
  /// Called right after the trade's event has been applied, before the later events of its message.
  virtual void on_trade(const Book& book, const Trade& trade) = 0;
  /// Called after an event of the book that is flagged kLastOfEvent has been applied, after a clear
  /// of the whole channel, and after a loss. Not called for definitions and notices. While the book
  /// ignores events after a drop, only a clear or a loss calls it.
  virtual void on_message(const Book& book, Nanos time) = 0;
};

}  // namespace tapedeck::book
