// Runs the strategies of one shard: keeps one instance per strategy plan and book, and computes
// their values.
//
// Used by the shard's thread, which also owns the books, and by any one thread after the run. Any
// thread, one at a time, may read a FrozenStrategies.
// Cost: one virtual call per instance and change of what it looks at, and to find such a change a
// comparison of as many levels as the instances look at. An instance that is called only when its
// values are read costs a message no more than a note that there was one. Allocates only when an
// instrument is defined, in freeze(), and in values(), except into a vector that has room.
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
  /// Looks at the best levels again. Returns whether they differ from those of the last look.
  [[nodiscard]] bool look_at_best(const book::BookSet& books, const book::Book& book) {
    const bool bid_changed = take(books.touch(book, Side::bid), best_[0]);
    const bool ask_changed = take(books.touch(book, Side::ask), best_[1]);
    return bid_changed || ask_changed;
  }
  /// Looks at the book again. Returns how many levels, up to the depth, are the same as at the last
  /// look. A change concerns every strategy that looks at more levels than that.
  [[nodiscard]] u32 look(const book::BookSet& books, const book::Book& book) {
    const bool best_changed = look_at_best(books, book);
    const u32 same = depth_ > 1 ? look_behind(books, book) : depth_;
    return best_changed ? 0 : same;
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

  /// Returns whether any instance needs on_message().
  [[nodiscard]] bool want_messages() const { return sees_all_ || reads_late_ || seen_.depth() > 0; }
  void on_trade(const book::Trade& trade) {
    for (const One& one : instances_) {
      if (one.interest.trades) one.strategy->on_trade(trade);
    }
  }
  void on_message(const book::BookSet& books, const book::Book& book, Nanos time) {
    last_message_ = time;
    is_behind_ = reads_late_;
    if (looks_deep_) return look_deep(books, book, time);
    if (seen_.depth() > 0 && seen_.look_at_best(books, book)) call_changed(books, book, time, 0);
  }
  /// Calls the instances that are called only when their values are read, if there was a message
  /// since they were last called. The book must be as it was after that message. Called before
  /// values() and copy(), which read the values, and before the book changes within a message.
  void catch_up(const book::BookSet& books, const book::Book& book) {
    if (is_behind_) call_late(books, book);
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
  void look_deep(const book::BookSet& books, const book::Book& book, Nanos time);
  void call_changed(const book::BookSet& books, const book::Book& book, Nanos time, u32 same);
  void call_late(const book::BookSet& books, const book::Book& book);

  std::vector<One> instances_;
  bool sees_all_;           // one of them looks at every message
  bool looks_deep_;         // one of them looks at more than the best levels
  bool reads_late_;         // one of them is called only when its values are read
  bool is_behind_ = false;  // that one has not been called since the last message
  Nanos last_message_{0};
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

  [[nodiscard]] bool wants_messages() const override { return wants_messages_; }
  void on_define(const book::Book& book) override;
  void on_trade(const book::Book& book, const book::Trade& trade) override;
  void on_message(const book::Book& book, Nanos time) override;
  void on_unfinished(const book::Book& book) override { of(book).catch_up(books_, book); }

  [[nodiscard]] std::vector<double> values(const book::Book& book, Nanos now) const;
  /// Overwrites `out` with the values. There must be strategies.
  void values(const book::Book& book, Nanos now, std::vector<double>& out) const {
    caught_up(book).values(now, out);
  }
  [[nodiscard]] std::shared_ptr<const FrozenStrategies> freeze(ChannelId channel) const;

 private:
  // Books are numbered from 1 within their set, in the order of their definition.
  [[nodiscard]] StrategyInstances& of(const book::Book& book) const {
    return by_book_[book.number - 1];
  }
  [[nodiscard]] const StrategyInstances& caught_up(const book::Book& book) const {
    StrategyInstances& instances = of(book);
    instances.catch_up(books_, book);
    return instances;
  }

  std::span<const strategy::StrategyPlan> plans_;
  const book::BookSet& books_;
  ClosedGateway closed_;
  Gateway* gateway_ = &closed_;
  bool wants_messages_ = false;                     // an instance does
  mutable std::vector<StrategyInstances> by_book_;  // catch up when their values are read
};

}  // namespace tapedeck::strategy
