// A shard's books and the strategies that observe them: applies events, and nothing else. The
// shard's thread uses it.
#pragma once

#include <span>

#include "engine/book/book_observer.hpp"
#include "engine/book/book_set.hpp"
#include "engine/pipeline/trade_ring.hpp"
#include "engine/strategy/strategy_runner.hpp"

namespace tapedeck::pipeline {

/// Writes trades to a ring, and passes everything on to the strategies.
class TradePublisher final : public book::BookObserver {
 public:
  explicit TradePublisher(strategy::StrategyRunner& strategies) : strategies_(strategies) {}
  void publish_to(TradeRing& ring) { ring_ = &ring; }

  [[nodiscard]] bool wants_messages() const override { return strategies_.wants_messages(); }
  void on_define(const book::Book& book) override;
  void on_trade(const book::Book& book, const book::Trade& trade) override;
  void on_message(const book::Book& book, Nanos time) override;
  void on_unfinished(const book::Book& book) override { strategies_.on_unfinished(book); }

  /// Returns true while there is a ring and a reader of it.
  [[nodiscard]] bool is_read() const { return ring_ != nullptr && ring_->is_read(); }

 private:
  strategy::StrategyRunner& strategies_;
  TradeRing* ring_ = nullptr;
};

class ShardBooks {
 public:
  /// Runs the strategies in `plans` on every book. The plans must outlive this object.
  ShardBooks(const book::BookOptions& options, std::span<const strategy::StrategyPlan> plans)
      : books_(options), strategies_(plans, books_) {}

  /// Also writes trades to `ring`, while it is read. Called before the first event. The ring must
  /// outlive this object.
  void publish_trades(TradeRing& ring) { trades_.publish_to(ring); }

  /// Applies events of one channel in order. Strategies and the ring of trades get no preroll
  /// events (events before the start of a replay), except that strategies get definitions. Preroll
  /// events must come before all others.
  void apply(ChannelId channel, std::span<const Event> events) {
    const bool with_trades = trades_.is_read();  // once, because readers come and go
    if (strategies_.empty() && !with_trades) [[likely]]
      return books_.apply(channel, events);
    apply_observed(channel, events, observer(with_trades));
  }
  /// Applies events as apply() does, but tells `observer` instead of the strategies what happened.
  void apply_observed(ChannelId channel, std::span<const Event> events,
                      book::BookObserver& observer);

  /// Returns the observer that apply() tells. There must be strategies.
  [[nodiscard]] book::BookObserver& observer() { return observer(trades_.is_read()); }

  [[nodiscard]] const book::BookSet& books() const { return books_; }
  [[nodiscard]] book::BookSet& books() { return books_; }
  [[nodiscard]] const strategy::StrategyRunner& strategies() const { return strategies_; }
  [[nodiscard]] strategy::StrategyRunner& strategies() { return strategies_; }

 private:
  [[nodiscard]] book::BookObserver& observer(bool with_trades) {
    if (with_trades) return trades_;
    return strategies_;
  }

  book::BookSet books_;
  strategy::StrategyRunner strategies_;
  TradePublisher trades_{strategies_};
};

}  // namespace tapedeck::pipeline
