// The part of BasicBookSet that notifies an observer of an event that has just been applied. Only
// book_set.cpp includes this file.
#pragma once

#include "engine/book/book_set.hpp"

namespace tapedeck::book {

// Returns whether trade_of() may find a trade in an event of this kind.
inline bool may_trade(Kind kind) {
  return kind == Kind::execute || kind == Kind::execute_at || kind == Kind::trade ||
         kind == Kind::cross;
}

template <JoinAt kJoinAt>
std::optional<Trade> BasicBookSet<kJoinAt>::trade_of(const Event& event,
                                                     const Applied& applied) const {
  if (applied.quantity.value <= 0) return {};
  const bool printable = (event.flags & kNonPrintable) == 0;
  const auto of = [&](TradeKind kind, Side side, Price price) {
    const Side aggressor = kind == TradeKind::visible ? opposite(side) : Side::none;
    return Trade{event.exchange_time, price, applied.quantity, event.instrument, side,
                 aggressor,           kind,  printable};
  };
  switch (event.kind) {
    case Kind::execute:
    case Kind::execute_at:
      return of(TradeKind::visible, executed_.side, executed_.price);
    case Kind::trade:
      return of(TradeKind::hidden, event.side, event.order.price);
    case Kind::cross:
      return of(TradeKind::cross, Side::none, event.order.price);
    default:
      return {};
  }
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::notify(const Channel& channel, const Event& event,
                                   const Applied& applied, BookObserver& observer) const {
  if (event.instrument == kEveryInstrument) {
    if (event.kind != Kind::clear && event.kind != Kind::loss) return;
    for (const Book* const book : channel.books) {
      if (book != nullptr) notify_of_message(*book, event, observer);
    }
    return;
  }
  const Book* const its_book = book_of(channel, event);
  if (its_book == nullptr) return;
  const Book& book = *its_book;
  if (event.kind == Kind::define) return observer.on_define(book);
  if (event.kind == Kind::loss) return notify_of_message(book, event, observer);
  if (event.kind == Kind::notice || book.state.ignores_events()) return;
  notify_of_trade(book, event, applied, observer);
  if ((event.flags & kLastOfEvent) != 0) notify_of_message(book, event, observer);
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::notify_of_trade(const Book& book, const Event& event,
                                            const Applied& applied, BookObserver& observer) const {
  if (book.state.ignores_events()) return;
  if (const auto trade = trade_of(event, applied)) observer.on_trade(book, *trade);
}

// Passes the book's last time for a loss, because a loss has no time of its own.
template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::notify_of_message(const Book& book, const Event& event,
                                              BookObserver& observer) const {
  observer.on_message(book, event.kind == Kind::loss ? book.state.last_time : event.exchange_time);
}

}  // namespace tapedeck::book
