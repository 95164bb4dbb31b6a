// The engine: channels, shards, and the threads that run them, from feeds to final books.
//
// Construct an engine, call run() once, then read the results. run() blocks; the thread that calls
// it supervises the engine's threads. During run(), any thread may call progress(),
// limit_reached(), channels(), shards(), published() and add_live_latencies(), and may read cells.
// All other functions may be called only after run(). The stages and their wiring are in
// topology.hpp.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/book/book_set_fwd.hpp"
#include "engine/pipeline/engine_config.hpp"

namespace tapedeck {
class Clock;
class Feed;
class Histogram;
}  // namespace tapedeck

namespace tapedeck::latency {
class LatencyTimeline;
class LatencyCounts;
class SpanTimes;
}  // namespace tapedeck::latency

namespace tapedeck::thread {
class PagePrefaulter;
class Runner;
class StopFlag;
}  // namespace tapedeck::thread

namespace tapedeck::pipeline {

class Channel;
class ShardPublisher;
class Topology;

class Engine {
 public:
  Engine(EngineConfig config, std::vector<std::unique_ptr<Feed>> feeds, const Clock& clock,
         thread::StopFlag& stop);
  ~Engine();

  /// Runs until every channel has ended. After a stop by `stop` or by a limit, runs until
  /// everything already read has been applied. Throws StageFailure when a stage threw,
  /// std::system_error when a thread could not be started, std::logic_error when events went
  /// missing inside the engine.
  void run();

  [[nodiscard]] Progress progress() const;
  /// Returns what a shard shows to readers on other threads. MarketView reads it.
  [[nodiscard]] const ShardPublisher& published(u32 shard) const;
  /// Answers the requests that readers make after run() has ended. One thread at a time, only after
  /// run().
  void serve_requests();
  /// Adds the latencies of the span due_to_book that all shards have sampled so far to `sum`. Adds
  /// nothing without EngineConfig::sample.
  void add_live_latencies(latency::LatencyCounts& sum) const;

  [[nodiscard]] std::size_t channels() const;
  [[nodiscard]] const Channel& channel(std::size_t at) const;
  /// Returns the number of shards, at least one. With `--shards 0`, which runs all in one thread,
  /// the books are in shard 0.
  [[nodiscard]] std::size_t shards() const;
  [[nodiscard]] const book::BookSet& books(std::size_t shard) const;
  [[nodiscard]] const std::vector<strategy::StrategyPlan>& strategies() const;
  /// Returns the values of a shard's strategies for one of the shard's books.
  [[nodiscard]] std::vector<double> strategy_values(std::size_t shard,
                                                    const book::Book& book) const;
  [[nodiscard]] book::BookCounters counters() const;
  /// Returns the limit of EngineConfig::limits that stopped the run, if any. Any thread.
  [[nodiscard]] BookLimit limit_reached() const;
  [[nodiscard]] u64 dropped() const;
  [[nodiscard]] u64 queue_faults() const;
  /// Returns the latencies of all shards by latency span, one SpanTimes per time window. Empty
  /// without EngineConfig::sample.
  [[nodiscard]] std::vector<latency::SpanTimes> span_times() const;
  /// Returns the latencies of all shards over time. Empty without EngineConfig::sample.
  [[nodiscard]] latency::LatencyTimeline timeline() const;
  /// Returns how long reporting a cut held the shards up: one duration per shard, channel and
  /// report. Empty without cuts.
  [[nodiscard]] std::optional<Histogram> cut_stalls() const;
  /// Returns the time from the start of the first poll until every shard has applied its last
  /// event.
  [[nodiscard]] Nanos elapsed() const;
  [[nodiscard]] const std::vector<Placement>& placements() const { return placements_; }
  /// Returns the wait strategy that the threads actually used, see thread::wait_among().
  [[nodiscard]] thread::WaitKind wait() const { return wait_; }

 private:
  void supervise(thread::Runner& runner);

  const Clock& clock_;
  thread::StopFlag& stop_;  // stops the whole run, outputs included
  thread::WaitKind wait_;
  std::unique_ptr<Topology> topology_;
  std::unique_ptr<thread::PagePrefaulter> page_prefaulter_;  // from run() on
  std::vector<Placement> placements_;
};

}  // namespace tapedeck::pipeline
