// The implementation of Engine: Engine forwards every call to Engine::Parts. Only engine.cpp and
// engine_parts.cpp include this file. engine.hpp states the thread rules.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/pipeline/book_budget.hpp"
#include "engine/pipeline/channel.hpp"
#include "engine/pipeline/channel_stage.hpp"
#include "engine/pipeline/cut_stage.hpp"
#include "engine/pipeline/engine.hpp"
#include "engine/pipeline/shard.hpp"
#include "engine/pipeline/shard_map.hpp"
#include "engine/pipeline/shard_stage.hpp"
#include "engine/pipeline/visibility.hpp"
#include "engine/thread/stage_group.hpp"

namespace tapedeck::pipeline {

class Engine::Parts {
 public:
  Parts(EngineConfig config, std::vector<std::unique_ptr<Feed>> feeds, const Clock& clock,
        thread::StopFlag& stop);

  void run();
  [[nodiscard]] Progress progress() const;
  [[nodiscard]] std::vector<double> strategy_values(std::size_t shard,
                                                    const book::Book& book) const;
  [[nodiscard]] book::BookCounters counters() const;
  [[nodiscard]] u64 dropped() const;
  [[nodiscard]] u64 queue_faults() const;
  [[nodiscard]] std::vector<latency::SpanTimes> span_times() const;
  [[nodiscard]] latency::LatencyTimeline timeline() const;

  [[nodiscard]] const EngineConfig& config() const { return config_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Channel>>& channels() const { return channels_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Shard>>& shards() const { return shards_; }
  [[nodiscard]] BookLimit limit_reached() const { return budget_.reached(); }
  [[nodiscard]] Nanos elapsed() const { return elapsed_; }
  [[nodiscard]] const std::vector<Placement>& placements() const { return placements_; }

 private:
  struct Threads;

  [[nodiscard]] std::size_t most_bytes_per_shard() const;
  void build_shards(const Clock& clock);
  void build_threads(const Clock& clock);
  void assign_feed_threads();
  void build_reader(const Clock& clock);
  void keep_pages();
  void run_inline();
  void run_threads();
  void supervise(thread::Runner& runner, const std::vector<thread::Job>& jobs);
  void settle(Nanos finished_at);
  [[nodiscard]] u32 batches_per_ring() const;

  EngineConfig config_;
  const Clock& clock_;
  thread::StopFlag& stop_;  // stops the whole run, outputs included
  // Stops the reading of feeds, but not the outputs, which then take the time that they need.
  // Requested when a limit of the books is reached.
  thread::StopFlag stop_reading_{&stop_};
  ShardMap map_;
  std::vector<std::unique_ptr<Channel>> channels_;
  std::vector<std::size_t> feed_thread_of_;  // by channel; numbers without holes, from 0
  std::size_t feed_threads_ = 0;
  BookBudget budget_;                     // shared by all shards
  latency::SharedOrigin sampler_origin_;  // shared by the windows and timelines of all shards
  std::vector<std::unique_ptr<Shard>> shards_;
  // For the shards' books. Has a value from run() on.
  std::optional<thread::PagePrefaulter> page_prefaulter_;
  std::unique_ptr<CutAssembler> assembler_;
  std::unique_ptr<VisibilityStage> reader_;  // exists only with sample->visible
  std::unique_ptr<Threads> threads_;
  std::vector<Placement> placements_;
  Nanos elapsed_{0};
};

// The parts that exist only while shards have threads of their own.
struct Engine::Parts::Threads {
  std::deque<thread::BatchRing> rings;                   // sorted by channel, then by shard
  std::deque<thread::Doorbell> feed_bells, shard_bells;  // by thread
  thread::Doorbell cut_bell;
  std::unique_ptr<CutStage> cut_stage;
  std::deque<ChannelStage> channel_stages;
  std::deque<thread::StageGroup> feed_groups;  // of the channels of one thread
  std::deque<ShardStage> shard_stages;
  thread::Doorbell reader_bell;
};

}  // namespace tapedeck::pipeline
