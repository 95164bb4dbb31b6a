// Turns a windowed recording into a stream that any order book can follow.
//
// A LOBSTER file shows the best N levels only. Orders that were there before its first row, or
// that rested deeper, are named for the first time when something happens to them. Book row k, the
// state after message k, tells what they must have been. One thread; seed() before the first
// message, then per message apply() (what it says) and complete() (what its row adds to it).
//
// Invariants:
//  1. A level is touched by complete() only when it enters or leaves the window. The window ends
//     at the worst level of a side whose N levels are all taken, else nowhere: beyond it levels
//     are dropped whole, and those that row k shows beyond the end of row k-1 enter. Whatever else
//     differs from row k is a real difference and stays in the book for all to see.
//  2. A level that enters gets one synthetic order, for what the messages did not put there.
//  3. A message about an order that is not known takes from the synthetic orders at its price. What
//     they cannot cover is passed on under the unknown id, marked kDoubtful.
//  4. The first row has none before it: the book starts as that row with its message undone, so a
//     file may begin at any time of the day. That row proves nothing.
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

  /// Levels that got a synthetic order: before the first message, and when they entered.
  [[nodiscard]] u64 levels_seeded() const { return levels_seeded_; }
  [[nodiscard]] u64 levels_completed() const { return levels_completed_; }
  /// Messages about orders that were not known, the first message aside.
  [[nodiscard]] u64 unknown_ids() const { return unknown_ids_; }

  // About the last row:
  /// Its message touched a level in view before and after, and nothing was completed: that the
  /// book equals the row is then proof of the message's handling alone.
  [[nodiscard]] bool is_proof() const { return is_proof_; }
  /// A visible execution of a known order, at a level where every order is known.
  [[nodiscard]] bool executed_at_known_level() const { return executed_at_known_level_; }

 private:
  // Distance from the best price, up to a constant: small is near on both sides.
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
  std::unordered_map<u64, Place> known_;  // by order id, synthetic ones too
  BookRow previous_;
  std::array<Rank, 2> horizons_{};  // where the window ended in the last row
  std::optional<Place> touched_;    // by the last message
  u64 next_synthetic_ = kFirstSyntheticId;
  u64 levels_seeded_ = 0;
  u64 levels_completed_ = 0;
  u64 unknown_ids_ = 0;
  bool is_seeded_ = false;  // the first message is done
  bool is_proof_ = false;
  bool executed_at_known_level_ = false;
};

}  // namespace tapedeck::feeds::lobster
