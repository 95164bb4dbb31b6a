// The wiring of an engine: channels, rings, shards, and the stages and doorbells that connect them.
// It has no threads.
//
// Engine runs a topology's jobs on threads. Tests and benchmarks poll the same stages by hand, one
// at a time, in any order. With EngineConfig::shards = 0 one inline stage does the work of all
// channel and shard stages, and there are no rings.
//
// Construction, settle() and the results belong to one thread. During a run, each job's thread
// polls its own stage; any thread may call progress(), limit_reached(), stop_requested() and
// ring_all(), and may read cells.
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
#include "engine/pipeline/engine_config.hpp"
#include "engine/pipeline/inline_stage.hpp"
#include "engine/pipeline/shard.hpp"
#include "engine/pipeline/shard_map.hpp"
#include "engine/pipeline/shard_stage.hpp"
#include "engine/pipeline/visibility.hpp"
#include "engine/thread/stage_group.hpp"

namespace tapedeck::pipeline {

class Topology {
 public:
  /// Wires one channel per feed, in the order of `feeds`. `clock` and `stop` must outlive the
  /// topology.
  Topology(EngineConfig config, std::vector<std::unique_ptr<Feed>> feeds, const Clock& clock,
           const thread::StopFlag& stop);
  Topology(const Topology&) = delete;
  Topology& operator=(const Topology&) = delete;

  /// Returns the stages with their doorbells and the names of their threads: the channels', the
  /// shards' (or the one inline stage), the reader's and the cuts'. No job has a core yet.
  [[nodiscard]] const std::vector<thread::Job>& jobs() const { return jobs_; }
  /// Returns how many of the jobs, from the first, are busy while events come in.
  [[nodiscard]] std::size_t busy_jobs() const { return jobs_.size() - (cut_stage_ ? 1 : 0); }
  /// Wakes every stage that waits.
  void ring_all() const;
  /// Returns true once the run is to be stopped, or a limit of the books has been reached: feeds
  /// are read no further, and what was read is applied.
  [[nodiscard]] bool stop_requested() const { return stop_reading_.requested(); }
  /// Returns the memory of every shard's books.
  [[nodiscard]] std::vector<Arena*> arenas();
  /// Lets every shard prefault the pages of its books. `prefaulter` must outlive the run.
  void let_prefault(thread::PagePrefaulter& prefaulter);

  /// Checks after the run that no event went missing: read = applied + notices + dropped + ignored
  /// + unrouted. Throws std::logic_error otherwise.
  void settle() const;
  /// Returns the time from the start of the first poll until every shard has applied its last
  /// event. Valid once all jobs are done.
  [[nodiscard]] Nanos elapsed() const;

  [[nodiscard]] Progress progress() const;
  [[nodiscard]] BookLimit limit_reached() const { return budget_.reached(); }
  [[nodiscard]] book::BookCounters counters() const;
  [[nodiscard]] u64 dropped() const;
  [[nodiscard]] u64 queue_faults() const;
  [[nodiscard]] std::vector<double> strategy_values(std::size_t shard,
                                                    const book::Book& book) const;
  [[nodiscard]] std::vector<latency::SpanTimes> span_times() const;
  [[nodiscard]] latency::LatencyTimeline timeline() const;
  /// Returns how long reporting a cut held the shards up: one duration per shard, channel and
  /// report. Empty without cuts.
  [[nodiscard]] std::optional<Histogram> cut_stalls() const;

  [[nodiscard]] const EngineConfig& config() const { return config_; }
  [[nodiscard]] std::size_t channels() const { return channels_.size(); }
  [[nodiscard]] const Channel& channel(std::size_t at) const { return *channels_[at]; }
  /// Returns the number of shards, at least one: the inline stage's books are in shard 0.
  [[nodiscard]] std::size_t shards() const { return shards_.size(); }
  [[nodiscard]] const Shard& shard(std::size_t at) const { return *shards_[at]; }
  [[nodiscard]] Shard& shard(std::size_t at) { return *shards_[at]; }
  /// Returns the ring from a channel to a shard. There must be rings. A caller that receives from
  /// it must not poll the shard.
  [[nodiscard]] thread::BatchRing& ring(std::size_t channel, std::size_t shard) {
    return rings_[channel * shards_.size() + shard];
  }

 private:
  [[nodiscard]] u32 batches_per_ring() const;
  [[nodiscard]] std::size_t most_bytes_per_shard() const;
  void assign_feed_threads();
  void build_rings();
  void build_cuts();
  void build_shards(const Clock& clock);
  [[nodiscard]] std::unique_ptr<ShardCuts> cuts_of(u32 shard, const Clock& clock);
  void build_reader(const Clock& clock);
  void build_inline_stage(const Clock& clock);
  void build_channel_stages();
  void build_shard_stages(const Clock& clock);
  void list_jobs();
  [[nodiscard]] std::function<void()> when_done(u32 shard);

  EngineConfig config_;
  // Stops the reading of feeds, but not the outputs, which then take the time that they need.
  // Requested when a limit of the books is reached, or with the flag of the whole run.
  thread::StopFlag stop_reading_;
  ShardMap map_;
  std::vector<std::unique_ptr<Channel>> channels_;
  std::vector<std::size_t> feed_thread_of_;  // by channel; numbers without holes, from 0
  std::size_t feed_threads_ = 0;
  BookBudget budget_;                     // shared by all shards
  latency::SharedOrigin sampler_origin_;  // shared by the windows and timelines of all shards
  std::deque<thread::BatchRing> rings_;   // sorted by channel, then by shard
  std::deque<thread::Doorbell> feed_bells_, shard_bells_;  // by thread
  thread::Doorbell cut_bell_, reader_bell_, inline_bell_;
  std::deque<CutChunkPool> cut_pools_;  // by shard, with cuts
  std::unique_ptr<CutAssembler> assembler_;
  std::unique_ptr<CutStage> cut_stage_;  // null when the inline stage assembles cuts itself
  std::vector<std::unique_ptr<Shard>> shards_;
  std::unique_ptr<VisibilityStage> reader_;  // exists only with sample->visible
  std::unique_ptr<InlineStage> inline_stage_;
  std::deque<ChannelStage> channel_stages_;
  std::deque<thread::StageGroup> feed_groups_;  // of the channels of one thread
  std::deque<ShardStage> shard_stages_;
  std::vector<thread::Job> jobs_;
};

}  // namespace tapedeck::pipeline
