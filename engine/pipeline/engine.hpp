// The engine: channels, shards, and the threads that run them, from feeds to final books.
//
// Construct an engine, call run() once, then read the results. run() blocks its caller, whose
// thread supervises the others. Any thread may call progress(), limit_reached(), channels() and
// shards(), and read cells meanwhile. All other functions are for after run(). engine_parts.hpp
// defines what an engine is made of.
#pragma once

#include <memory>
#include <vector>

#include "engine/book/book_set_fwd.hpp"
#include "engine/pipeline/engine_config.hpp"

namespace tapedeck {
class Clock;
class Feed;
}  // namespace tapedeck

namespace tapedeck::latency {
class LatencyTimeline;
class SpanTimes;
}  // namespace tapedeck::latency

namespace tapedeck::thread {
class StopFlag;
}

namespace tapedeck::pipeline {

class CellBoard;
class Channel;

class Engine {
 public:
  Engine(EngineConfig config, std::vector<std::unique_ptr<Feed>> feeds, const Clock& clock,
         thread::StopFlag& stop);
  ~Engine();

  /// Runs until every channel has ended or, after a stop by `stop` or by a limit, until everything
  /// already read has been applied. Throws StageFailure when a stage threw, std::system_error when
  /// a thread could not be started, std::logic_error when events went missing inside the engine.
  void run();

  [[nodiscard]] Progress progress() const;
  [[nodiscard]] const CellBoard& cells(u32 shard) const;

  [[nodiscard]] std::size_t channels() const;
  [[nodiscard]] const Channel& channel(std::size_t at) const;
  /// Returns the number of shards, at least one: the inline engine's books are in shard 0.
  [[nodiscard]] std::size_t shards() const;
  [[nodiscard]] const book::BookSet& books(std::size_t shard) const;
  [[nodiscard]] const std::vector<strategy::StrategyPlan>& strategies() const;
  /// Returns the values of a shard's strategies for one of the shard's books.
  [[nodiscard]] std::vector<double> strategy_values(std::size_t shard,
                                                    const book::Book& book) const;
  [[nodiscard]] book::BookCounters counters() const;
  /// The limit of EngineConfig::limits that stopped the run, if any. Any thread.
  [[nodiscard]] BookLimit limit_reached() const;
  [[nodiscard]] u64 dropped() const;
  [[nodiscard]] u64 queue_faults() const;
  /// With `sample`: the latencies of all shards, by span and window of time, and their timeline.
  [[nodiscard]] std::vector<latency::SpanTimes> span_times() const;
  [[nodiscard]] latency::LatencyTimeline timeline() const;
  /// The time from the start of the first poll until every shard has applied its last event.
  [[nodiscard]] Nanos elapsed() const;
  [[nodiscard]] const std::vector<Placement>& placements() const;
  /// How the threads really waited, see thread::wait_among(). After run().
  [[nodiscard]] thread::WaitKind wait() const;

 private:
  class Parts;

  std::unique_ptr<Parts> parts_;
};

}  // namespace tapedeck::pipeline
