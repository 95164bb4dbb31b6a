// The market-by-order books of one shard: every order of its instruments, in queue order.
//
// One thread owns a set: it alone calls anything here, readers of other threads go through snapshot
// cells or wait for the end. Invariants:
//  1. An order is (line, instrument, id); the index compares all three.
//  2. A level holds at least one order, and its total is the sum of its orders.
//  3. Whatever the events say, every fault is decided from the event and its own book alone, so
//     the result does not depend on which shard a book lives in or how events were batched.
// Cost: no lock, system call or clock read; allocation only when a pool, the index or a side's
// array reaches a new maximum.
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "engine/book/book_image.hpp"
#include "engine/book/book_observer.hpp"
#include "engine/book/fault.hpp"
#include "engine/book/instrument_state.hpp"
#include "engine/book/order_index.hpp"
#include "engine/book/price_side.hpp"
#include "engine/core/event.hpp"

namespace tapedeck::book {

struct Order {
  OrderId id;
  Quantity quantity;
  Handle previous, next;  // in its level's queue; `next` also links free orders
  Handle level;
  u32 flags;
};

struct Level {
  Rank rank;
  Quantity total;
  Handle head, tail;  // of its queue; `head` also links free levels
  u32 orders;
  Side side;
};

struct alignas(64) Book {
  std::array<PriceSide, 2> sides;
  u32 number = 0;  // within the set: the second part of an index key
  LineNumber line = 0;
  bool changed = false;  // since changed() was last cleared
  Instrument instrument{0};
  InstrumentState state;

  [[nodiscard]] PriceSide& side(Side side) { return sides[side == Side::bid ? 0 : 1]; }
  [[nodiscard]] const PriceSide& side(Side side) const { return sides[side == Side::bid ? 0 : 1]; }
  /// kNoPrice for an empty side.
  [[nodiscard]] Price best(Side which) const {
    const PriceSide& levels = side(which);
    return levels.empty() ? kNoPrice : price_of(levels.best().rank, which);
  }
  [[nodiscard]] bool crossed() const {
    return !sides[0].empty() && !sides[1].empty() && best(Side::bid) > best(Side::ask);
  }
};

/// Where a new order joins its level. `front` exists to show that checks of the queue can fail.
enum class JoinAt : u8 { back, front };

struct BookOptions {
  bool flow_digest = false;
  bool track_changes = false;  // keep changed() for snapshot cells
  u64 hash_key = 0;            // 0: a fixed one
};

template <JoinAt kJoinAt>
class BasicBookSet {
 public:
  explicit BasicBookSet(BookOptions options = {});

  /// Must come before a line's first event. `home`: this set counts the events that concern the
  /// whole line, so that over all shards they are counted once.
  void open_line(LineNumber line, bool home);

  /// Applies events in order, looking ahead to bring what they need closer.
  void apply(LineNumber line, std::span<const Event> events);
  /// The same, and tells `observer` of every event right after it was applied.
  void apply(LineNumber line, std::span<const Event> events, BookObserver& observer);
  Applied apply(LineNumber line, const Event& event);

  [[nodiscard]] const BookCounters& counters() const { return counters_; }
  /// Null where the instrument has not been defined here.
  [[nodiscard]] const Book* find(LineNumber line, Instrument instrument) const;
  /// In the order of their definition.
  [[nodiscard]] const std::deque<Book>& books() const { return books_; }
  [[nodiscard]] Session session(LineNumber line) const { return lines_[line].session; }
  [[nodiscard]] u64 live_orders() const { return orders_.live(); }

  [[nodiscard]] Touch touch(const Book& book, Side side) const { return level(book, side, 0); }
  /// Depth 0 is the best; an empty Touch beyond the last level.
  [[nodiscard]] Touch level(const Book& book, Side side, u32 depth) const;
  /// The level at this price, best first in time; an empty image where there is none.
  [[nodiscard]] ImageLevel level_at(const Book& book, Side side, Price price) const;
  [[nodiscard]] BookImage image(const Book& book) const;
  [[nodiscard]] i128 side_total(const Book& book, Side side) const;
  [[nodiscard]] u64 orders_of(const Book& book) const;
  /// How many orders stand ahead of this one in its level; empty for an unknown order.
  [[nodiscard]] std::optional<u32> orders_ahead(const Book& book, OrderId id) const;
  /// The price and side an order rests at; empty for an unknown order.
  [[nodiscard]] std::optional<std::pair<Side, Price>> where(const Book& book, OrderId id) const;

  /// Books touched since the last call of take_changes(), each once. With track_changes only.
  [[nodiscard]] std::span<Book* const> changed() const { return changed_; }
  void take_changes();

 private:
  struct Line {
    // By instrument. The number is here as well, so that looking ahead need not wait for the book.
    struct Entry {
      Book* book = nullptr;
      u32 number = 0;
    };
    std::vector<Entry> books;
    Session session = Session::unknown;
    bool home = false;
    std::optional<LossFields> lost;  // of the whole line, since its last clear
  };

  // What looking ahead has found out about an event that is still to come. A hint only: what comes
  // before it may change all of this.
  struct Foreseen {
    Handle order;
    Handle level;
  };
  static constexpr std::size_t kForeseen = 32;  // more than the furthest look

  /// after_each(event, applied) once an event has been applied.
  template <class AfterEach>
  void apply_looking_ahead(LineNumber number, std::span<const Event> events, AfterEach after_each);
  void look_ahead(const Line& line, std::span<const Event> events, std::size_t at);
  void fetch_slot(const Line& line, const Event& event) const;
  void fetch_order(const Line& line, const Event& event, Foreseen& hint) const;
  void fetch_level(const Line& line, const Event& event, Foreseen& hint) const;
  void fetch_queue(const Line& line, const Event& event, const Foreseen& hint) const;
  static const typename Line::Entry* entry_of(const Line& line, const Event& event) {
    return event.instrument.value < line.books.size() ? &line.books[event.instrument.value]
                                                      : nullptr;
  }

  void tell(const Line& line, const Event& event, const Applied& applied,
            BookObserver& observer) const;
  void tell_of_message(const Book& book, const Event& event, BookObserver& observer) const;
  [[nodiscard]] std::optional<Trade> trade_of(const Event& event, const Applied& applied) const;

  Applied apply_to_line(LineNumber number, Line& line, const Event& event);
  void define(LineNumber number, Line& line, const Event& event);
  Applied apply_to_book(Line& line, Book& book, const Event& event);
  Applied dispatch(Book& book, const Event& event);
  void check_crossed(const Line& line, Book& book);
  void mark_changed(Book& book);

  Applied add(Book& book, OrderId id, Side side, Price price, Quantity quantity);
  Applied take_off(Book& book, OrderIndex::Place place, Quantity quantity, Fault when_more);
  Applied execute(Book& book, const Event& event);
  Applied remove(Book& book, OrderId id);
  Applied replace(Book& book, const OrderFields& fields);
  Applied modify(Book& book, const OrderFields& fields);
  Applied upsert(Book& book, const Event& event);
  void clear(Book& book);

  void append(Level& level, Handle level_handle, Handle handle);
  void unlink(Book& book, Handle handle);
  void drop(Book& book, OrderIndex::Place place);

  OrderIndex index_;
  HandlePool<Order, &Order::next> orders_;
  HandlePool<Level, &Level::head> levels_;
  BookCounters counters_;
  BookOptions options_;
  struct {
    Side side = Side::none;
    Price price = kNoPrice;
  } executed_;  // where the last execution took place
  std::array<Foreseen, kForeseen> foreseen_{};
  std::vector<Line> lines_;
  std::deque<Book> books_;
  std::vector<Book*> changed_;
};

using BookSet = BasicBookSet<JoinAt::back>;

extern template class BasicBookSet<JoinAt::back>;
extern template class BasicBookSet<JoinAt::front>;

}  // namespace tapedeck::book
