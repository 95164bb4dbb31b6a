// The engine: lines, shards, and the threads that run them, from feeds to final books.
//
// Build it, run() it once, then look at what it came to. run() blocks its caller, who supervises;
// progress() and cells may be asked by any thread meanwhile, everything else after run().
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/core/feed.hpp"
#include "engine/pipeline/cut_stage.hpp"
#include "engine/pipeline/line_stage.hpp"
#include "engine/pipeline/shard.hpp"
#include "engine/pipeline/visibility.hpp"
#include "engine/thread/pinning.hpp"
#include "engine/thread/wait_strategy.hpp"

namespace tapedeck::pipeline {

inline constexpr u32 kMaxShards = 64;

struct EngineConfig {
  u32 shards = 0;  // 0: one thread does everything
  u32 batch_events = 256;
  u32 batches = 0;  // per line and shard; 0: as many as a fixed amount of memory allows
  QueueFull full = QueueFull::block;
  thread::WaitKind wait = thread::WaitKind::automatic;
  thread::PinPlan pins;
  bool flow_digest = false;
  bool cells = false;  // somebody will read tops while the engine runs; so with follow->visible
  u64 hash_key = 0;
  std::optional<Nanos> cut_interval;
  u32 cut_depth = 1;
  CutSink* cut_sink = nullptr;                 // with cut_interval
  std::vector<book::StrategyPlan> strategies;  // run on every instrument
  std::optional<FollowOptions> follow;         // how long events take, leg by leg
  std::unordered_map<std::string, u32> shard_map;
  Nanos drain_limit{2 * kNanosPerSecond};  // how long a requested stop may take
  std::function<void()> on_drain_limit;    // called from run()'s thread when it took longer
};

struct Progress {
  u64 messages = 0, events = 0, applied = 0, dropped = 0, live_orders = 0;
  u64 raw_bytes_read = 0, raw_bytes_total = 0;
  std::vector<u64> lane_depths;  // batches on their way, by line and shard
};

class Engine {
 public:
  Engine(EngineConfig config, std::vector<std::unique_ptr<Feed>> feeds, const Clock& clock,
         thread::StopFlag& stop);
  ~Engine();

  /// Until every line has ended or a stop was requested and drained. Throws StageFailure when a
  /// stage threw, std::system_error when a thread could not be started, std::logic_error when
  /// events went missing inside the engine.
  void run();

  [[nodiscard]] Progress progress() const;
  [[nodiscard]] const CellBoard& cells(u32 shard) const { return shards_[shard]->cells(); }

  [[nodiscard]] std::size_t lines() const { return lines_.size(); }
  [[nodiscard]] const Line& line(std::size_t at) const { return *lines_[at]; }
  /// At least one: the inline engine's books are in shard 0.
  [[nodiscard]] std::size_t shards() const { return shards_.size(); }
  [[nodiscard]] const book::BookSet& books(std::size_t shard) const {
    return shards_[shard]->books();
  }
  [[nodiscard]] const std::vector<book::StrategyPlan>& strategies() const {
    return config_.strategies;
  }
  /// What a shard's strategies say of one of its books.
  [[nodiscard]] std::vector<double> strategy_values(std::size_t shard,
                                                    const book::Book& book) const;
  [[nodiscard]] book::BookCounters counters() const;
  [[nodiscard]] u64 dropped() const;
  [[nodiscard]] u64 queue_faults() const;
  /// With `follow`: what the legs took, of all shards, by window of time; and over time.
  [[nodiscard]] std::vector<LegTimes> leg_times() const;
  [[nodiscard]] LatencyTimeline timeline() const;
  /// From the first byte read to the last event applied in every shard.
  [[nodiscard]] Nanos elapsed() const { return elapsed_; }
  struct Placement {
    std::string thread, where;
  };
  [[nodiscard]] const std::vector<Placement>& placements() const { return placements_; }

 private:
  struct Threads;

  void build_shards(const Clock& clock);
  void build_reader(const Clock& clock);
  void keep_pages();
  void run_inline();
  void run_threads();
  void supervise(thread::Runner& runner, const std::vector<thread::Job>& jobs);
  void settle(Nanos finished_at);
  [[nodiscard]] u32 batches_per_lane() const;

  EngineConfig config_;
  const Clock& clock_;
  thread::StopFlag& stop_;
  ShardMap map_;
  std::vector<std::unique_ptr<Line>> lines_;
  SharedOrigin follow_origin_;  // of all shards' windows and timelines
  std::vector<std::unique_ptr<Shard>> shards_;
  std::optional<thread::PageKeeper> page_keeper_;  // of the shards' books, from run() on
  std::unique_ptr<CutAssembler> assembler_;
  std::unique_ptr<VisibilityStage> reader_;  // with follow->visible
  std::unique_ptr<Threads> threads_;
  std::vector<Placement> placements_;
  Nanos elapsed_{0};
};

}  // namespace tapedeck::pipeline
