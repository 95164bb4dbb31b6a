// A shard's books and the strategies that observe them: applies events, and nothing else. The
// shard's thread uses it.
#pragma once

#include <span>

#include "engine/book/book_observer.hpp"
#include "engine/book/book_set.hpp"
#include "engine/strategy/strategy_runner.hpp"

namespace tapedeck::pipeline {

class ShardBooks {
 public:
  /// Runs the strategies in `plans` on every book. The plans must outlive this object.
  ShardBooks(const book::BookOptions& options, std::span<const strategy::StrategyPlan> plans)
      : books_(options), strategies_(plans, books_) {}

  /// Applies events of one channel in order. Strategies get no callback for preroll events (events
  /// before the start of a replay), except on_define(). Preroll events must come before all others.
  void apply(ChannelId channel, std::span<const Event> events) {
    if (strategies_.empty()) [[likely]]
      return books_.apply(channel, events);
    apply_observed(channel, events, strategies_);
  }
  /// Applies events as apply() does, but tells `observer` instead of the strategies what happened.
  void apply_observed(ChannelId channel, std::span<const Event> events,
                      book::BookObserver& observer);

  [[nodiscard]] const book::BookSet& books() const { return books_; }
  [[nodiscard]] book::BookSet& books() { return books_; }
  [[nodiscard]] const strategy::StrategyRunner& strategies() const { return strategies_; }
  [[nodiscard]] strategy::StrategyRunner& strategies() { return strategies_; }

 private:
  book::BookSet books_;
  strategy::StrategyRunner strategies_;
};

}  // namespace tapedeck::pipeline
