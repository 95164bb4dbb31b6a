// One shard of the pipeline: applies batches of events to its books, publishes them to readers,
// reports cuts, and can measure latencies. The threaded and the inline engine use the same class.
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "engine/core/cache_warmer.hpp"
#include "engine/pipeline/book_budget.hpp"
#include "engine/pipeline/shard_books.hpp"
#include "engine/pipeline/shard_cuts.hpp"
#include "engine/pipeline/shard_publisher.hpp"
#include "engine/pipeline/shard_sampler.hpp"
#include "engine/thread/page_prefaulter.hpp"

namespace tapedeck::pipeline {

class Shard {
 public:
  /// Runs the strategies in `plans` on every book. The plans must outlive the shard.
  Shard(u32 number, const book::BookOptions& options,
        std::span<const strategy::StrategyPlan> plans = {});

  /// Applies events of one channel in order. `has_barriers` must be true if the events contain a
  /// cut or an end event. `taken_at` is the time at which the poll began that returned the events.
  /// Returns true if the channel has ended.
  bool apply(ChannelId channel, std::span<const Event> events, bool has_barriers, Nanos taken_at);
  /// Sets the prefaulter of the books' memory pages. It must outlive the shard's work. Called
  /// before the first event.
  void let_prefault(thread::PagePrefaulter& prefaulter) { page_prefaulter_ = &prefaulter; }
  /// Sets the budget to which the shard reports how much its books hold. `budget` must outlive the
  /// shard's work.
  void keep_to(BookBudget& budget) { budget_ = &budget; }
  /// Turns on latency measurement for a sample of the events. The results are kept per window of
  /// time. The windows count from `origin`, which all shards of an engine share. Called before the
  /// first event.
  void sample(const latency::SamplerOptions& options, const Clock& clock,
              latency::SharedOrigin& origin) {
    sampler_ = std::make_unique<ShardSampler>(options, clock, origin);
    if (options.visible) publisher_.show_probes();
  }
  /// Reports cuts, see ShardCuts. Called before the first event.
  void report_cuts(std::unique_ptr<ShardCuts> cuts) { cuts_ = std::move(cuts); }
  /// Also shows the strategies' values to readers on other threads. The shard must have cells.
  /// Called before the first event.
  void show_values() {
    if (!books_.strategies().empty()) publisher_.show_values();
  }
  /// Also shows readers the levels that they ask for. `bell` wakes the shard's thread and must
  /// outlive the shard's work. The shard must have cells. Called before the first event.
  void show_depth(thread::Doorbell& bell) { publisher_.show_depth(bell); }
  /// Also shows readers the trades. Called before the first event.
  void show_trades() { books_.publish_trades(publisher_.show_trades()); }
  /// Updates cells and progress from the books, and reports to the prefaulter and the budget.
  /// Called after a batch, or after the events of one poll, has been applied.
  void publish();
  /// Answers new requests of readers. Called while there are no events to apply. Costs one load if
  /// there is no request.
  void serve_requests() { publisher_.serve_requests(books_); }
  /// Prefetches one cache line of the books' memory. Called while there are no events to apply.
  /// Costs some nanoseconds.
  void keep_warm() { round_.step(); }

  [[nodiscard]] const book::BookSet& books() const { return books_.books(); }
  [[nodiscard]] book::BookSet& books() { return books_.books(); }
  [[nodiscard]] const strategy::StrategyRunner& strategies() const { return books_.strategies(); }
  /// Any thread may read what the publisher shows.
  [[nodiscard]] const ShardPublisher& published() const { return publisher_; }
  /// Null unless sample() was called.
  [[nodiscard]] const ShardSampler* sampler() const { return sampler_.get(); }
  /// Null unless report_cuts() was called.
  [[nodiscard]] const ShardCuts* cuts() const { return cuts_.get(); }

 private:
  void apply_data(ChannelId channel, std::span<const Event> events);

  u32 number_;
  ShardBooks books_;
  ShardPublisher publisher_;
  std::unique_ptr<ShardSampler> sampler_;
  CacheWarmer round_{books_.books().memory()};
  thread::PagePrefaulter* page_prefaulter_ = nullptr;
  BookBudget* budget_ = nullptr;
  std::unique_ptr<ShardCuts> cuts_;  // null without cuts
};

}  // namespace tapedeck::pipeline
