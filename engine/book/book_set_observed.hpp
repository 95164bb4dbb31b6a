// The parts of BasicBookSet that are told of each event before and after it is applied: one that
// does nothing, and one that notifies an observer. Only book_set.cpp includes this file.
#pragma once

#include "engine/book/book_set.hpp"

namespace tapedeck::book {

// Returns whether Notifier::trade_of() may find a trade in an event of this kind.
constexpr bool may_trade(Kind kind) {
  constexpr u32 kKindsThatMay =
      u32{1} << static_cast<u32>(Kind::execute) | u32{1} << static_cast<u32>(Kind::execute_at) |
      u32{1} << static_cast<u32>(Kind::trade) | u32{1} << static_cast<u32>(Kind::cross);
  return (kKindsThatMay >> static_cast<u32>(kind) & 1) != 0;
}

template <JoinAt kJoinAt>
struct BasicBookSet<kJoinAt>::Unobserved {
  void before(const Event& /*event*/) const {}
  void after(const Event& /*event*/, const Book& /*book*/, const Applied& /*applied*/) const {}
  void after_elsewhere(const Event& /*event*/, const Applied& /*applied*/) const {}
};

template <JoinAt kJoinAt>
class BasicBookSet<kJoinAt>::Notifier {
 public:
  Notifier(const BasicBookSet& books, const Channel& channel, BookObserver& observer)
      : books_(books),
        channel_(channel),
        observer_(observer),
        with_messages_(observer.wants_messages()) {}

  void before(const Event& event) const {
    if ((event.flags & kLastOfEvent) == 0 && with_messages_) [[unlikely]]
      notify_of_unfinished(event);
  }
  /// Called after an event with order fields has been applied to its book.
  void after(const Event& event, const Book& book, const Applied& applied) const {
    if (book.state.ignores_events()) [[unlikely]]
      return;
    if (may_trade(event.kind)) notify_of_trade(book, event, applied);
    if ((event.flags & kLastOfEvent) != 0 && with_messages_) {
      observer_.on_message(book, event.exchange_time);
    }
  }
  /// Called after any other event has been applied.
  void after_elsewhere(const Event& event, const Applied& applied);

 private:
  void notify_of_unfinished(const Event& event) const;
  void notify_of_trade(const Book& book, const Event& event, const Applied& applied) const;
  void notify_of_message(const Book& book, const Event& event) const;

  const BasicBookSet& books_;
  const Channel& channel_;
  BookObserver& observer_;
  bool with_messages_;
};

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
[[gnu::noinline]] void BasicBookSet<kJoinAt>::Notifier::after_elsewhere(const Event& event,
                                                                        const Applied& applied) {
  if (event.instrument == kEveryInstrument) {
    if (event.kind != Kind::clear && event.kind != Kind::loss) return;
    for (const Book* const book : channel_.books) {
      if (book != nullptr) notify_of_message(*book, event);
    }
    return;
  }
  const Book* const book = book_of(channel_, event);
  if (book == nullptr) return;
  if (event.kind == Kind::define) {
    observer_.on_define(*book);
    with_messages_ = observer_.wants_messages();
    return;
  }
  if (event.kind == Kind::loss) return notify_of_message(*book, event);
  if (event.kind == Kind::notice || book->state.ignores_events()) return;
  notify_of_trade(*book, event, applied);
  if ((event.flags & kLastOfEvent) != 0) notify_of_message(*book, event);
}

template <JoinAt kJoinAt>
[[gnu::noinline]] void BasicBookSet<kJoinAt>::Notifier::notify_of_unfinished(
    const Event& event) const {
  const Book* const book = book_of(channel_, event);
  if (book != nullptr) observer_.on_unfinished(*book);
}

template <JoinAt kJoinAt>
[[gnu::noinline]] void BasicBookSet<kJoinAt>::Notifier::notify_of_trade(
    const Book& book, const Event& event, const Applied& applied) const {
  if (const auto trade = books_.trade_of(event, applied)) observer_.on_trade(book, *trade);
}

// Passes the book's last time for a loss, because a loss has no time of its own.
template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::Notifier::notify_of_message(const Book& book,
                                                        const Event& event) const {
  if (!with_messages_) return;
  observer_.on_message(book, event.kind == Kind::loss ? book.state.last_time : event.exchange_time);
}

}  // namespace tapedeck::book
