// Runs the strategies of one shard: keeps one instance per strategy plan and book, and computes
// their values.
//
// Used by the shard's thread, which also owns the books. Any thread, one at a time, may read a
// FrozenStrategies.
// Cost: one virtual call per instance and message. Allocates only when an instrument is defined,
// in freeze(), and in values(), except into a vector that has room.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/book/book_observer.hpp"
#include "engine/strategy/strategy.hpp"

namespace tapedeck::strategy {

/// The strategy instances of one instrument, in the order of their plans. The plans must outlive
/// the instances.
class StrategyInstances {
 public:
  explicit StrategyInstances(std::span<const strategy::StrategyPlan> plans);

  void on_trade(const book::Trade& trade) {
    for (const auto& instance : instances_) instance->on_trade(trade);
  }
  void on_message(const book::BookView& book, Nanos time) {
    for (const auto& instance : instances_) instance->on_message(book, time);
  }
  /// Overwrites `out` with the values of all instances' outputs.
  void values(Nanos now, std::vector<double>& out) const;
  [[nodiscard]] StrategyInstances copy() const;

 private:
  std::span<const strategy::StrategyPlan> plans_;
  std::vector<std::unique_ptr<strategy::Strategy>> instances_;
};

/// Copies of a channel's strategy instances at one moment, in the order of the books in the
/// BookSet.
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
  /// `plans` and `books` must outlive the runner.
  StrategyRunner(std::span<const strategy::StrategyPlan> plans, const book::BookSet& books)
      : plans_(plans), books_(books) {}

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
  std::vector<StrategyInstances> by_book_;
};

}  // namespace tapedeck::strategy
