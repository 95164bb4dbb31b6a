// Turns a LOBSTER recording, which covers only the best price levels, into a stream of events that
// any order book can apply.
//
// A LOBSTER file covers the best N levels of each side; these levels are the window. An order that
// rested before the first row, or deeper than N levels, first appears when a message changes it.
// Book row k shows the book after message k, and so how much quantity such orders must have had.
// One thread. Call seed() before the first message. Then, for each message, call apply() to get the
// message's own events, and complete() to get the synthetic events that its book row requires.
//
// Invariants:
//  1. complete() changes a level only when the level enters or leaves the window. If a row shows N
//     levels of a side, the window ends at the worst of these levels. If it shows fewer, the window
//     has no end. Levels beyond the window's end are removed completely. A level enters if row k
//     shows it beyond the window's end of row k-1. Any other difference between the book and row k
//     is a real difference, and complete() does not hide it.
//  2. A level that enters gets one synthetic order, with the quantity that is not explained by
//     messages.
//  3. A message about an unknown order takes its quantity from the synthetic orders at the
//     message's price. An event with the unknown id, flagged kDoubtful, takes the remaining
//     quantity, if any.
//  4. The book starts as the first row with the first message undone, because no row precedes it.
//     So a file may begin at any time of the day, but its first row proves nothing.
// Memory is bounded by the most orders that were inside the window at once. None is allocated for a
// message unless there are more orders or levels than ever before.
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
  /// Pushes the synthetic orders that build the book as it was before the first message.
  void seed(const MessageRow& message, const BookRow& row, RowEvents& out);
  /// Pushes the message's events. Replaces an unknown order id by the ids of synthetic orders.
  void apply(const MessageRow& message, RowEvents& out);
  /// Pushes the synthetic events that move the window from the previous row to `row`.
  void complete(const BookRow& row, RowEvents& out);

  /// Return how many levels got a synthetic order. levels_seeded() counts the levels before the
  /// first message. levels_completed() counts the levels that entered the window later.
  [[nodiscard]] u64 levels_seeded() const { return levels_seeded_; }
  [[nodiscard]] u64 levels_completed() const { return levels_completed_; }
  /// Returns the number of messages about unknown orders, without the first message.
  [[nodiscard]] u64 unknown_ids() const { return unknown_ids_; }

  // These two functions describe the last row.
  /// Returns true if the rows before and after the message both show the level that the message
  /// changed, and complete() pushed no event. If the book then equals the row, the book has handled
  /// the message correctly.
  [[nodiscard]] bool is_proof() const { return is_proof_; }
  /// Returns true if the message was a visible execution of a known order, at a level without
  /// synthetic orders.
  [[nodiscard]] bool executed_at_known_level() const { return executed_at_known_level_; }

 private:
  // The price, negated on the bid side. So on both sides a smaller rank is nearer to the touch.
  using Rank = i64;
  struct Resting {
    u64 id;
    i64 quantity;
  };
  struct Level {
    Price price;
    std::vector<Resting> orders;  // in the order of arrival
  };
  using Ladder = std::map<Rank, Level>;
  struct Place {
    Side side;
    Rank rank;
  };
  using Places = std::unordered_map<u64, Place>;

  static Rank rank_of(Side side, Price price) {
    return side == Side::ask ? price.value : -price.value;
  }
  static Rank horizon_of(Side side, const BookRow& row);
  static bool shows(const BookRow& row, const Place& place);
  Ladder& ladder(Side side) { return ladders_[BookRow::index(side)]; }

  void put(Side side, Price price, Resting order);
  void forget(u64 id);
  void drop(Ladder& levels, Ladder::iterator level);
  void take_known(const MessageRow& message, const Place& place, RowEvents& out);
  void take_synthetic(const MessageRow& message, RowEvents& out);
  void drop_beyond(Side side, Rank horizon, RowEvents& out);
  bool enter(Side side, const BookLevel& shown, RowEvents& out);
  void put_synthetic(Side side, Price price, i64 quantity, RowEvents& out);

  std::array<Ladder, 2> ladders_;
  Places known_;  // the level of each order, by id; synthetic ones too
  // Nodes of levels and orders that are gone, for those that come.
  std::vector<Ladder::node_type> spare_levels_;
  std::vector<Places::node_type> spare_places_;
  BookRow previous_;
  std::array<Rank, 2> horizons_{};  // the rank at which the window ended in the last row
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
