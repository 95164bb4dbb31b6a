// The interface of an observer that is notified of definitions, trades and changed books. Callbacks
// run while events are applied, on the thread that owns the book set.
#pragma once

#include "engine/book/trade.hpp"

namespace tapedeck::book {

struct Book;

class BookObserver {
 public:
  virtual ~BookObserver() = default;
  /// Returns whether on_message() and on_unfinished() are to be called. Asked before the first
  /// event of each apply() and after each on_define(). An answer holds until the next one.
  [[nodiscard]] virtual bool wants_messages() const { return true; }
  /// Called after a define event has been applied: the instrument's first one, which creates its
  /// book, or a repeated one.
  virtual void on_define(const Book& book) = 0;
  /// Called right after the trade's event has been applied, before the later events of its message.
  virtual void on_trade(const Book& book, const Trade& trade) = 0;
  /// Called after the last event of a message about this book (flagged kLastOfEvent) has been
  /// applied, after a clear of the whole channel, and after a loss. Not called for definitions and
  /// notices. After the engine has dropped events, a book ignores events until a clear; until then,
  /// only a loss calls on_message().
  virtual void on_message(const Book& book, Nanos time) = 0;
  /// Called before an event of this book that is not the last of its message is applied. The book
  /// is still as it was after its last whole message, unless an earlier event of this message has
  /// changed it.
  virtual void on_unfinished(const Book& /*book*/) {}
};

}  // namespace tapedeck::book
