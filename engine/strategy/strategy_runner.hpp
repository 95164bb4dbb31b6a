// Runs the strategies of one shard: keeps one instance per strategy plan and book, and computes
// their values.
//
// Used by the shard's thread, which also owns the books. Any thread, one at a time, may read a
// FrozenStrategies.
// Cost: one virtual call per instance and change of what it looks at, and to find such a change a
// comparison of as many levels as the instances look at. Allocates only when an instrument is
// defined, in freeze(), and in values(), except into a vector that has room.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "engine/book/book_observer.hpp"
#include "engine/strategy/strategy.hpp"

namespace tapedeck::strategy {

/// The best levels of a book, as they were at the last look.
class SeenLevels {
 public:
  /// `depth`: how many levels of each side are looked at; at least the best is.
  explicit SeenLevels(u32 depth) : depth_(depth) {
    for (std::vector<book::Level>& side : behind_) side.reserve(depth);
  }
  /// Looks at the book again. Returns how many levels, up to the depth, are the same as at the last
  /// look. A change concerns every strategy that looks at more levels than that.
  [[nodiscard]] u32 look(const book::BookSet& books, const book::Book& book) {
    const bool bid_changed = take(books.touch(book, Side::bid), best_[0]);
    const bool ask_changed = take(books.touch(book, Side::ask), best_[1]);
    const u32 same = depth_ > 1 ? look_behind(books, book) : depth_;
    return bid_changed || ask_changed ? 0 : same;
  }
  [[nodiscard]] u32 depth() const { return depth_; }
  /// Returns the best bid and the best ask of the last look.
  [[nodiscard]] const std::array<book::Level, 2>& best() const { return best_; }

 private:
  // Returns whether they differ. Field by field: a copy in wider words than those that were just
  // written waits for them.
  static bool take(const book::Level& now, book::Level& seen) {
    if (now == seen) return false;
    seen.price = now.price;
    seen.quantity = now.quantity;
    seen.orders = now.orders;
    return true;
  }
  [[nodiscard]] u32 look_behind(const book::BookSet& books, const book::Book& book);

  u32 depth_;
  std::array<book::Level, 2> best_;
  std::array<std::vector<book::Level>, 2> behind_;  // the levels behind the best, up to the depth
};

/// The strategy instances of one instrument, in the order of their plans. The plans must outlive
/// the instances.
class StrategyInstances {
 public:
  StrategyInstances(std::span<const strategy::StrategyPlan> plans, const Context& context);

  void on_trade(const book::Trade& trade) {
    for (const One& one : instances_) {
      if (one.interest.trades) one.strategy->on_trade(trade);
    }
  }
  void on_message(const book::BookSet& books, const book::Book& book, Nanos time) {
    if (seen_.depth() == 0 && !sees_all_) return;
    const u32 same = seen_.look(books, book);
    if (same == seen_.depth() && !sees_all_) return;
    const book::BookView view{books, book, seen_.best()};
    for (const One& one : instances_) {
      const u32 levels = one.interest.levels;
      if (levels == Interest::kEveryMessage || levels > same) one.strategy->on_message(view, time);
    }
  }
  /// Overwrites `out` with the values of all instances' outputs.
  void values(Nanos now, std::vector<double>& out) const;
  [[nodiscard]] StrategyInstances copy() const;

 private:
  struct One {
    std::unique_ptr<Strategy> strategy;
    Interest interest;
  };
  StrategyInstances(std::span<const strategy::StrategyPlan> plans, std::vector<One> instances);

  std::vector<One> instances_;
  bool sees_all_;  // one of them looks at every message
  SeenLevels seen_;
  std::span<const strategy::StrategyPlan> plans_;
};

/// Copies of a channel's strategy instances at one moment, in the order of the instruments'
/// numbers.
class FrozenStrategies {
 public:
  void add(StrategyInstances instances) { of_row_.push_back(std::move(instances)); }
  void values(std::size_t row, Nanos now, std::vector<double>& out) const {
    of_row_[row].values(now, out);
  }

 private:
  std::vector<StrategyInstances> of_row_;
};

class StrategyRunner final : public book::BookObserver {
 public:
  /// `plans`, `books` and `gateway` must outlive the runner.
  StrategyRunner(std::span<const strategy::StrategyPlan> plans, const book::BookSet& books,
                 Gateway& gateway)
      : plans_(plans), books_(books), gateway_(&gateway) {}
  /// Makes a runner whose strategies can send no orders.
  StrategyRunner(std::span<const strategy::StrategyPlan> plans, const book::BookSet& books)
      : plans_(plans), books_(books) {}
  StrategyRunner(const StrategyRunner&) = delete;
  StrategyRunner& operator=(const StrategyRunner&) = delete;

  /// True when there are no strategies.
  [[nodiscard]] bool empty() const { return plans_.empty(); }

  void on_define(const book::Book& book) override;
  void on_trade(const book::Book& book, const book::Trade& trade) override;
  void on_message(const book::Book& book, Nanos time) override;

  [[nodiscard]] std::vector<double> values(const book::Book& book, Nanos now) const;
  /// Overwrites `out` with the values. There must be strategies.
  void values(const book::Book& book, Nanos now, std::vector<double>& out) const {
    of(book).values(now, out);
  }
  [[nodiscard]] std::shared_ptr<const FrozenStrategies> freeze(ChannelId channel) const;

 private:
  // Books are numbered from 1 within their set, in the order of their definition.
  [[nodiscard]] const StrategyInstances& of(const book::Book& book) const {
    return by_book_[book.number - 1];
  }

  std::span<const strategy::StrategyPlan> plans_;
  const book::BookSet& books_;
  ClosedGateway closed_;
  Gateway* gateway_ = &closed_;
  std::vector<StrategyInstances> by_book_;
};

}  // namespace tapedeck::strategy
