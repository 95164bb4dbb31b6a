// The engine's stages put together without its threads, so that a test decides who runs when.
//
// run_by_hand() polls them on one thread in a seeded random order, stands in for the runner when a
// stage throws, and notices when nobody can go on: a deadlock is found at once and by its seed.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/pipeline/channel_stage.hpp"
#include "engine/pipeline/cut_stage.hpp"
#include "engine/pipeline/shard_stage.hpp"
#include "tests/support/outcome.hpp"
#include "tests/support/scripted_feed.hpp"

namespace tapedeck::test {

struct AssemblyOptions {
  u32 shards = 1;
  u32 batch_events = 4;
  u32 batches = 1;
  pipeline::QueueFull full = pipeline::QueueFull::block;
  std::optional<Nanos> cut_interval;
  pipeline::CutSink* sink = nullptr;
  std::function<void(const pipeline::CutReport&)> on_report;  // in the shard; may throw
  std::vector<strategy::StrategyPlan> strategies = {};
  const Clock* clock = nullptr;  // instead of the machine's
  std::optional<latency::SamplerOptions> sample = {};
};

class Assembly {
 public:
  Assembly(AssemblyOptions options, std::vector<std::unique_ptr<Feed>> feeds)
      : options_(std::move(options)), map_(options_.shards) {
    for (auto& feed : feeds) {
      channels_.push_back(
          std::make_unique<pipeline::Channel>(static_cast<ChannelId>(channels_.size()),
                                              std::move(feed), clock(), options_.cut_interval));
    }
    for (std::size_t i = 0; i < channels_.size() * options_.shards; ++i) {
      rings_.emplace_back(options_.batch_events, options_.batches);
    }
    channel_bells_ = std::deque<thread::Doorbell>(channels_.size());
    shard_bells_ = std::deque<thread::Doorbell>(options_.shards);
    if (options_.cut_interval) build_cuts();
    for (u32 s = 0; s < options_.shards; ++s) build_shard(s);
    for (std::size_t l = 0; l < channels_.size(); ++l) {
      std::vector<pipeline::ChannelStage::Outlet> outlets;
      for (u32 s = 0; s < options_.shards; ++s) outlets.push_back({&ring(l, s), &shard_bells_[s]});
      channel_stages_.emplace_back(*channels_[l], std::move(outlets), map_, options_.full, stop_,
                                   assembler_.get());
      jobs_.push_back(
          {"channel " + std::to_string(l), &channel_stages_.back(), &channel_bells_[l], {}});
    }
    for (u32 s = 0; s < options_.shards; ++s) {
      jobs_.push_back({"shard " + std::to_string(s), &shard_stages_[s], &shard_bells_[s], {}});
    }
    if (cut_stage_) jobs_.push_back({"cuts", cut_stage_.get(), &cut_bell_, {}});
  }

  /// Polls until all stages are done. False, and a test failure, when they block one another.
  bool run_by_hand(u64 seed) {
    Random random{seed};
    // Some runs starve a stage: that is when queues fill up or run dry.
    std::vector<u64> weights;
    for (std::size_t i = 0; i < jobs_.size(); ++i) weights.push_back(random.chance(0.3) ? 1 : 10);
    u32 empty = 0;
    while (!done()) {
      const std::size_t at = random.below(jobs_.size());
      if (random.below(10) >= weights[at]) continue;
      empty = poll(at) > 0 ? 0 : empty + 1;
      if (empty > 8 * jobs_.size() && !any_progress()) {
        ADD_FAILURE() << "the stages block one another; seed " << seed;
        return false;
      }
    }
    return true;
  }
  /// Polls one stage as its thread would; a throw is noted and the stage told to give up.
  u32 poll(std::size_t job) {
    thread::Stage& stage = *jobs_[job].stage;
    if (stage.done()) return 0;
    try {
      return stage.poll();
    } catch (const std::exception& error) {
      failures.push_back(jobs_[job].name + ": " + error.what());
      stop_.request();
      stage.abandon();
      return 1;
    }
  }
  [[nodiscard]] bool done() const {
    return std::ranges::all_of(jobs_, [](const thread::Job& job) { return job.stage->done(); });
  }
  void run_on_threads(thread::WaitKind wait) {
    thread::Runner runner{wait, false};
    runner.start(jobs_, [this] {
      stop_.request();
      for (const thread::Job& job : jobs_) job.bell->ring();
    });
    runner.join();
  }

  [[nodiscard]] u32 poll_channel(std::size_t l) { return poll(l); }
  [[nodiscard]] u32 poll_shard(std::size_t s) { return poll(channels_.size() + s); }
  [[nodiscard]] thread::BatchRing& ring(std::size_t l, u32 s) {
    return rings_[l * options_.shards + s];
  }
  [[nodiscard]] pipeline::Shard& shard(std::size_t s) { return *shards_[s]; }
  [[nodiscard]] pipeline::ChannelStage& channel_stage(std::size_t l) { return channel_stages_[l]; }
  [[nodiscard]] const pipeline::Channel& channel(std::size_t l) const { return *channels_[l]; }
  [[nodiscard]] thread::StopFlag& stop() { return stop_; }
  /// The book of an instrument of channel 0, wherever it lives.
  [[nodiscard]] const book::Book& book(u32 instrument) const {
    for (const auto& shard : shards_) {
      if (const book::Book* found = shard->books().find(0, Instrument{instrument})) return *found;
    }
    throw std::logic_error("no such book");
  }
  [[nodiscard]] Outcome outcome() const {
    Outcome sum;
    for (const auto& channel : channels_) sum.read += channel->events_read();
    for (const auto& stage : channel_stages_) sum.dropped += stage.dropped();
    for (const auto& shard : shards_) sum.counters += shard->books().counters();
    return sum;
  }

  std::vector<std::string> failures;

 private:
  void build_cuts() {
    assembler_ = std::make_unique<pipeline::CutAssembler>(static_cast<u32>(channels_.size()),
                                                          options_.shards, *options_.sink);
    std::vector<thread::Doorbell*> bells;
    for (thread::Doorbell& bell : channel_bells_) bells.push_back(&bell);
    cut_stage_ =
        std::make_unique<pipeline::CutStage>(*assembler_, options_.shards, cut_bell_, bells);
  }
  void build_shard(u32 number) {
    pipeline::Shard::ReportCut report;
    if (cut_stage_) {
      report = [this](pipeline::CutReport r) {
        if (options_.on_report) options_.on_report(r);
        cut_stage_->report(std::move(r));
      };
    }
    shards_.push_back(std::make_unique<pipeline::Shard>(
        number, book::BookOptions{.flow_digest = true, .track_changes = true}, 2, report,
        options_.strategies));
    if (options_.sample) shards_.back()->sample(*options_.sample, clock(), sampler_origin_);
    std::vector<pipeline::ShardStage::Inlet> inlets;
    for (std::size_t l = 0; l < channels_.size(); ++l) {
      const auto channel = static_cast<ChannelId>(l);
      shards_.back()->books().open_channel(channel, map_.owner_shard(channel) == number);
      inlets.push_back({&ring(l, number), &channel_bells_[l]});
    }
    shard_stages_.emplace_back(*shards_.back(), std::move(inlets), clock(), [this, number] {
      if (cut_stage_) cut_stage_->shard_done(number);
    });
  }
  [[nodiscard]] const Clock& clock() const {
    return options_.clock != nullptr ? *options_.clock : clock_;
  }
  bool any_progress() {
    constexpr int kSweeps = 4;
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      for (std::size_t i = 0; i < jobs_.size(); ++i) {
        if (poll(i) > 0) return true;
      }
    }
    return done();
  }

  AssemblyOptions options_;
  SteadyClock clock_;
  pipeline::ShardMap map_;
  thread::StopFlag stop_;
  std::vector<std::unique_ptr<pipeline::Channel>> channels_;
  std::deque<thread::BatchRing> rings_;
  std::deque<thread::Doorbell> channel_bells_, shard_bells_;
  thread::Doorbell cut_bell_;
  std::unique_ptr<pipeline::CutAssembler> assembler_;
  std::unique_ptr<pipeline::CutStage> cut_stage_;
  latency::SharedOrigin sampler_origin_;
  std::vector<std::unique_ptr<pipeline::Shard>> shards_;
  std::deque<pipeline::ShardStage> shard_stages_;
  std::deque<pipeline::ChannelStage> channel_stages_;
  std::vector<thread::Job> jobs_;
};

}  // namespace tapedeck::test
