// Turns a windowed recording into a stream that any order book can apply.
//
// A LOBSTER file covers the best N levels only. An order that rested before the first row, or
// deeper than N levels, first appears when a message changes it. Book row k is the book after
// message k and shows how much quantity such orders must have had. One thread. Call seed() before
// the first message. Then, for each message, call apply() for the message's own events and
// complete() for the events that its book row adds.
//
// Invariants:
//  1. complete() changes a level only when the level enters or leaves the window. On a side of
//     which a row shows N levels, the window ends at the worst of these levels; on any other side
//     the window has no end. Levels beyond the window's end are removed whole. Levels that row k
//     shows beyond the window's end of row k-1 enter. Any other difference between the book and row
//     k is a real one and stays visible in the book.
//  2. A level that enters gets one synthetic order with the quantity that no message accounts for.
//  3. A message about an unknown order takes its quantity from the synthetic orders at its price.
//     The remainder is passed on under the unknown id, flagged kDoubtful.
//  4. No row precedes the first one, so the book starts as the first row with the first message
//     undone. A file may therefore begin at any time of the day, but its first row proves nothing.
// Memory is bounded by the orders inside the window.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "feeds/lobster/row.hpp"
#include "feeds/lobster/row_events.hpp"

namespace tapedeck::feeds::lobster {

class Completion {
 public:
  /// Pushes the synthetic orders that make up the book before the first message.
  void seed(const MessageRow& message, const BookRow& row, RowEvents& out);
  /// Pushes the message's events, with unknown ids replaced.
  void apply(const MessageRow& message, RowEvents& out);
  /// Pushes the synthetic events that bring the window from the row before to `row`.
  void complete(const BookRow& row, RowEvents& out);

  /// The number of levels that got a synthetic order: levels_seeded() before the first message,
  /// levels_completed() when they entered the window.
  [[nodiscard]] u64 levels_seeded() const { return levels_seeded_; }
  [[nodiscard]] u64 levels_completed() const { return levels_completed_; }
  /// The number of messages about unknown orders, the first message excluded.
  [[nodiscard]] u64 unknown_ids() const { return unknown_ids_; }

  // About the last row:
  /// True when the message changed a level that was in view before and after the message, and
  /// complete() pushed no event. If the book then equals the row, the book has handled the message
  /// correctly.
  [[nodiscard]] bool is_proof() const { return is_proof_; }
  /// True for a visible execution of a known order at a level where every order is known.
  [[nodiscard]] bool executed_at_known_level() const { return executed_at_known_level_; }

 private:
  // A price, negated on the bid side, so that on both sides a smaller rank is nearer the touch.
  using Rank = i64;
  struct Resting {
    u64 id;
    i64 quantity;
  };
  struct Level {
    Price price;
    std::vector<Resting> orders;  // in the order of their arrival
  };
  using Ladder = std::map<Rank, Level>;
  struct Place {
    Side side;
    Rank rank;
  };

  static Rank rank_of(Side side, Price price) {
    return side == Side::ask ? price.value : -price.value;
  }
  static Rank horizon_of(Side side, const BookRow& row);
  static bool shows(const BookRow& row, const Place& place);
  Ladder& ladder(Side side) { return ladders_[BookRow::index(side)]; }

  void put(Side side, Price price, Resting order);
  void take_known(const MessageRow& message, const Place& place, RowEvents& out);
  void take_synthetic(const MessageRow& message, RowEvents& out);
  void drop_beyond(Side side, Rank horizon, RowEvents& out);
  bool enter(Side side, const BookLevel& shown, RowEvents& out);
  void put_synthetic(Side side, Price price, i64 quantity, RowEvents& out);

  std::array<Ladder, 2> ladders_;
  std::unordered_map<u64, Place> known_;  // where orders rest, by order id; synthetic orders too
  BookRow previous_;
  std::array<Rank, 2> horizons_{};  // where the window ended in the last row
  std::optional<Place> touched_;    // the level that the last message changed
  u64 next_synthetic_ = kFirstSyntheticId;
  u64 levels_seeded_ = 0;
  u64 levels_completed_ = 0;
  u64 unknown_ids_ = 0;
  bool is_seeded_ = false;  // the first message has been completed
  bool is_proof_ = false;
  bool executed_at_known_level_ = false;
};

}  // namespace tapedeck::feeds::lobster
