// One shard of the pipeline: applies events to its books, writes their snapshot cells, and reports
// cuts. The threaded and the inline engine use the same class.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>

#include "engine/book/book_set.hpp"
#include "engine/core/cache_warmer.hpp"
#include "engine/core/clock.hpp"
#include "engine/latency/latency_sampler.hpp"
#include "engine/latency/live_latencies.hpp"
#include "engine/pipeline/book_budget.hpp"
#include "engine/pipeline/cell_board.hpp"
#include "engine/pipeline/cuts.hpp"
#include "engine/pipeline/visibility.hpp"
#include "engine/strategy/strategy_runner.hpp"
#include "engine/thread/page_prefaulter.hpp"

namespace tapedeck::pipeline {

/// The shard's thread writes it once per batch. The reporter's thread may read it at any time.
struct ShardProgress {
  std::atomic<u64> applied{0};
  std::atomic<u64> live_orders{0};
};

class Shard {
 public:
  using ReportCut = std::function<void(CutReport)>;

  /// Runs the strategies in `plans` on every book. The plans must outlive the shard.
  Shard(u32 number, book::BookOptions options, u32 depth, ReportCut report_cut,
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
    sampler_ = std::make_unique<latency::LatencySampler>(options, clock, origin);
    if (options.visible) probe_ = std::make_unique<VisibilityProbeCell>();
  }
  /// Also shows the strategies' values and the sampled latencies to readers on other threads. The
  /// shard must have cells. Called before the first event.
  void show_live() {
    live_latencies_ = std::make_unique<latency::LiveLatencies>();
    if (!strategies_.empty()) values_ = std::make_unique<ValueBoard>();
  }
  /// Updates cells and progress from the books, and reports to the prefaulter and the budget.
  /// Called after a batch, or after the events of one poll, has been applied.
  void publish();
  /// Prefetches one cache line of the books' memory. Called while there are no events to apply.
  /// Costs some nanoseconds.
  void keep_warm() { round_.step(); }

  [[nodiscard]] const book::BookSet& books() const { return books_; }
  [[nodiscard]] book::BookSet& books() { return books_; }
  [[nodiscard]] const strategy::StrategyRunner& strategies() const { return strategies_; }
  [[nodiscard]] const CellBoard& cells() const { return cells_; }
  /// Null unless show_live() was called and there are strategies.
  [[nodiscard]] const ValueBoard* values() const { return values_.get(); }
  [[nodiscard]] const ShardProgress& progress() const { return progress_; }
  /// Null unless sample() was called.
  [[nodiscard]] const latency::LatencySampler* sampler() const { return sampler_.get(); }
  /// Returns the sampled latencies of the span due_to_book so far. Null unless show_live() was
  /// called.
  [[nodiscard]] const latency::LiveLatencies* live_latencies() const {
    return live_latencies_.get();
  }
  /// Null unless sample() was called with SamplerOptions::visible.
  [[nodiscard]] const VisibilityProbeCell* probe() const { return probe_.get(); }
  [[nodiscard]] u32 number() const { return number_; }

 private:
  void apply_data(ChannelId channel, std::span<const Event> events);
  void apply_together(ChannelId channel, std::span<const Event> events);
  void apply_sampled(ChannelId channel, std::span<const Event> event);
  void remember_for_readers(ChannelId channel, const Event& event);
  void report(ChannelId channel, const CutFields& cut, bool ended);
  void write_cells();

  u32 number_;
  u32 depth_;
  bool with_cells_;
  book::BookSet books_;
  CacheWarmer round_{books_.memory()};
  strategy::StrategyRunner strategies_;
  CellBoard cells_;
  std::unique_ptr<ValueBoard> values_;
  std::vector<double> one_books_values_;  // reused, so that no cell allocates
  thread::PagePrefaulter* page_prefaulter_ = nullptr;
  BookBudget* budget_ = nullptr;
  std::unique_ptr<latency::LatencySampler> sampler_;
  std::unique_ptr<latency::LiveLatencies> live_latencies_;
  std::unique_ptr<VisibilityProbeCell> probe_;
  std::optional<VisibilityProbe> next_probe_;  // the probe to write once the cells are written
  ReportCut report_cut_;                       // empty without cuts
  ShardProgress progress_;
};

}  // namespace tapedeck::pipeline
