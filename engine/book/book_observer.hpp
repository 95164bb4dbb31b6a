// The interface of an observer of what events do to books while they are applied. Callbacks run on
// the set's own thread.
#pragma once

#include "engine/book/trade.hpp"

namespace tapedeck::book {

struct Book;

class BookObserver {
 public:
  virtual ~BookObserver() = default;
  /// Called when an instrument got its book, or when its definition was repeated.
  virtual void on_define(const Book& book) = 0;
  /// Called at the event itself, before the rest of its message has been applied.
  virtual void on_trade(const Book& book, const Trade& trade) = 0;
  /// Called after an event of the book that is flagged kLastOfEvent has been applied, and after a
  /// loss. Not called for notices, nor while the book ignores its events after a loss.
  virtual void on_message(const Book& book, Nanos time) = 0;
};

}  // namespace tapedeck::book
