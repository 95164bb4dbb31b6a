// The topology that ships, driven by hand: a test decides which stage is polled when.
//
// run_by_hand() polls the stages on one thread in a seeded random order, and stands in for the
// runner when a stage throws. It notices when no stage can go on: a deadlock is found at once, and
// its seed repeats it.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "engine/pipeline/topology.hpp"
#include "engine/strategy/strategy.hpp"
#include "tests/support/outcome.hpp"
#include "tests/support/scripted_feed.hpp"

namespace tapedeck::test {

/// Rings as small as they can be, books whose flow can be compared, and cells.
inline pipeline::EngineConfig small_rings(u32 shards, u32 batch_events = 4, u32 batches = 1) {
  pipeline::EngineConfig config;
  config.shards = shards;
  config.batch_events = batch_events;
  config.batches = batches;
  config.flow_digest = true;
  config.cells = true;
  config.cut_depth = 2;
  return config;
}
inline void cut_every(pipeline::EngineConfig& config, i64 interval, pipeline::CutSink& sink) {
  config.cut_interval = Nanos{interval};
  config.cut_sink = &sink;
}

/// A strategy without outputs that throws in its shard's thread: at the first cut for which its
/// values are asked once `left`, which all instances share, has come down to 0.
class FailingStrategy final : public strategy::Strategy {
 public:
  explicit FailingStrategy(std::atomic<u64>& left) : left_(left) {}
  void values(Nanos /*now*/, std::span<double> /*out*/) const override {
    if (left_.fetch_sub(1) == 0) throw std::runtime_error("the shard failed");
  }

  static strategy::StrategyPlan plan(std::atomic<u64>& left) {
    // A copy, which the cuts' thread asks for its values, does not fail.
    class Copy final : public strategy::Strategy {};
    return {"failing",
            {},
            [&left](const strategy::Context&) { return std::make_unique<FailingStrategy>(left); },
            [](const strategy::Strategy&) { return std::make_unique<Copy>(); }};
  }

 private:
  std::atomic<u64>& left_;
};

class HandDriven {
 public:
  HandDriven(pipeline::EngineConfig config, std::vector<std::unique_ptr<Feed>> feeds)
      : topology_(std::move(config), std::move(feeds), steady_, stop_) {}
  HandDriven(pipeline::EngineConfig config, std::vector<std::unique_ptr<Feed>> feeds,
             const Clock& clock)
      : topology_(std::move(config), std::move(feeds), clock, stop_) {}

  /// Polls until all stages are done. False, and a test failure, when they block one another.
  bool run_by_hand(u64 seed) {
    Random random{seed};
    // Some runs starve a stage: that is when queues fill up or run dry.
    std::vector<u64> weights;
    for (std::size_t i = 0; i < jobs().size(); ++i) weights.push_back(random.chance(0.3) ? 1 : 10);
    u32 empty = 0;
    while (!done()) {
      const std::size_t at = random.below(jobs().size());
      if (random.below(10) >= weights[at]) continue;
      empty = poll(at) > 0 ? 0 : empty + 1;
      if (empty > 8 * jobs().size() && !any_progress()) {
        ADD_FAILURE() << "the stages block one another; seed " << seed;
        return false;
      }
    }
    return true;
  }
  /// Polls one stage as its thread would; a throw is noted and the stage told to give up.
  u32 poll(std::size_t job) {
    thread::Stage& stage = *jobs()[job].stage;
    if (stage.done()) return 0;
    try {
      return stage.poll();
    } catch (const std::exception& error) {
      failures.push_back(jobs()[job].name + ": " + error.what());
      stop_.request();
      stage.abandon();
      return 1;
    }
  }
  [[nodiscard]] u32 poll_channel(std::size_t channel) { return poll(channel); }
  [[nodiscard]] u32 poll_shard(std::size_t shard) { return poll(topology_.channels() + shard); }
  void drain_shard(std::size_t shard) {
    while (poll_shard(shard) > 0) {
    }
  }

  [[nodiscard]] const std::vector<thread::Job>& jobs() const { return topology_.jobs(); }
  [[nodiscard]] bool done() const {
    return std::ranges::all_of(jobs(), [](const thread::Job& job) { return job.stage->done(); });
  }
  [[nodiscard]] const pipeline::Topology& topology() const { return topology_; }
  [[nodiscard]] const pipeline::Shard& shard(std::size_t at) const { return topology_.shard(at); }
  [[nodiscard]] thread::StopFlag& stop() { return stop_; }
  /// The book of an instrument of channel 0, wherever it lives.
  [[nodiscard]] const book::Book& book(u32 instrument) const {
    for (std::size_t s = 0; s < topology_.shards(); ++s) {
      if (const book::Book* found = shard(s).books().find(0, Instrument{instrument})) return *found;
    }
    throw std::logic_error("no such book");
  }
  [[nodiscard]] Outcome outcome() const {
    Outcome sum;
    for (std::size_t c = 0; c < topology_.channels(); ++c)
      sum.read += topology_.channel(c).events_read();
    sum.dropped = topology_.dropped();
    sum.counters = topology_.counters();
    return sum;
  }

  std::vector<std::string> failures;

 private:
  bool any_progress() {
    constexpr int kSweeps = 64;  // a test's script may hold up one after another
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      for (std::size_t i = 0; i < jobs().size(); ++i) {
        if (poll(i) > 0) return true;
      }
    }
    return done();
  }

  SteadyClock steady_;
  thread::StopFlag stop_;
  pipeline::Topology topology_;
};

}  // namespace tapedeck::test
