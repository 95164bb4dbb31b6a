#include "engine/pipeline/topology.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <utility>

#include "engine/core/feed.hpp"
#include "engine/core/memory.hpp"

namespace tapedeck::pipeline {

Topology::Topology(EngineConfig config, std::vector<std::unique_ptr<Feed>> feeds,
                   const Clock& clock, const thread::StopFlag& stop)
    : config_(std::move(config)),
      stop_reading_(&stop),
      map_(std::max<u32>(config_.shards, 1)),
      budget_(config_.limits, map_.shards(), stop_reading_) {
  for (const auto& [symbol, shard] : config_.shard_map) map_.assign(symbol, shard);
  for (std::unique_ptr<Feed>& feed : feeds) {
    channels_.push_back(std::make_unique<Channel>(static_cast<ChannelId>(channels_.size()),
                                                  std::move(feed), clock, config_.cut_interval));
  }
  config_.cells |= config_.depth || config_.trades || (config_.sample && config_.sample->visible);
  const bool is_inline = config_.shards == 0;
  if (!is_inline) build_rings();
  if (config_.cut_interval) build_cuts();
  build_shards(clock);
  build_reader(clock);
  if (is_inline) {
    build_inline_stage(clock);
  } else {
    build_channel_stages();
    build_shard_stages(clock);
  }
  list_jobs();
}

u32 Topology::batches_per_ring() const {
  if (config_.batches != 0) return config_.batches;
  // Enough batches to absorb a stall of either side; all rings together stay within a fixed amount
  // of memory.
  constexpr std::size_t kMost = 32;
  constexpr std::size_t kAllRingsBytes = std::size_t{64} << 20;
  const std::size_t batch = sizeof(Event) * config_.batch_events;
  const std::size_t rings = channels_.size() * map_.shards();
  return static_cast<u32>(std::clamp<std::size_t>(kAllRingsBytes / (batch * rings), 2, kMost));
}

// Where address space is limited, a shard gets a share of two thirds of what is left, because
// stacks and buffers need some of it too.
std::size_t Topology::most_bytes_per_shard() const {
  const u64 share = address_space_left() / 3 * 2 / map_.shards();
  return static_cast<std::size_t>(
      std::clamp<u64>(share / kHugePage * kHugePage, kHugePage, book::kMostPoolBytes));
}

// Numbers the feeds' threads in the order of their first channels.
void Topology::assign_feed_threads() {
  std::vector<u32> known;
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    if (i >= config_.feed_threads.size()) {
      feed_thread_of_.push_back(feed_threads_++);
      continue;
    }
    const auto at = std::ranges::find(known, config_.feed_threads[i]);
    feed_thread_of_.push_back(static_cast<std::size_t>(at - known.begin()));
    if (at == known.end()) known.push_back(config_.feed_threads[i]);
    feed_threads_ = std::max(feed_threads_, known.size());
  }
}

void Topology::build_rings() {
  assign_feed_threads();
  for (std::size_t i = 0; i < channels_.size() * map_.shards(); ++i) {
    rings_.emplace_back(config_.batch_events, batches_per_ring());
  }
  for (std::size_t i = 0; i < feed_threads_; ++i) feed_bells_.emplace_back();
  for (u32 i = 0; i < map_.shards(); ++i) shard_bells_.emplace_back();
}

void Topology::build_cuts() {
  const std::size_t values = strategy::names_of(config_.strategies).size();
  for (u32 shard = 0; shard < map_.shards(); ++shard) {
    cut_pools_.emplace_back(ShardCuts::most_row_bytes(config_.cut_depth, static_cast<u32>(values)));
  }
  assembler_ = std::make_unique<CutAssembler>(static_cast<u32>(channels_.size()), map_.shards(),
                                              *config_.cut_sink);
  if (rings_.empty()) return;
  std::vector<CutChunkPool*> pools;
  for (CutChunkPool& pool : cut_pools_) pools.push_back(&pool);
  std::vector<thread::Doorbell*> bells;
  for (thread::Doorbell& bell : feed_bells_) bells.push_back(&bell);
  cut_stage_ = std::make_unique<CutStage>(*assembler_, pools, cut_bell_, std::move(bells));
}

std::unique_ptr<ShardCuts> Topology::cuts_of(u32 shard, const Clock& clock) {
  CutOutlet outlet{.pool = &cut_pools_[shard], .send = {}, .want_spare = {}};
  if (cut_stage_) {
    outlet.send = [stage = cut_stage_.get()](CutChunk* report) { stage->report(report); };
    outlet.want_spare = [stage = cut_stage_.get()] { stage->want_spare(); };
  } else {
    outlet.send = [assembler = assembler_.get()](CutChunk* report) { assembler->add(report); };
    outlet.want_spare = [pool = outlet.pool] { (void)pool->keep_spare(); };
  }
  const std::size_t values = strategy::names_of(config_.strategies).size();
  return std::make_unique<ShardCuts>(shard, config_.cut_depth, static_cast<u32>(values),
                                     std::move(outlet), clock);
}

void Topology::build_shards(const Clock& clock) {
  const book::BookOptions options{.flow_digest = config_.flow_digest,
                                  .track_changes = config_.cells,
                                  .hash_key = config_.hash_key,
                                  .most_bytes = most_bytes_per_shard(),
                                  .near_bytes = config_.near_bytes};
  for (u32 number = 0; number < map_.shards(); ++number) {
    auto shard = std::make_unique<Shard>(number, options, config_.strategies);
    shard->keep_to(budget_);
    if (assembler_) shard->report_cuts(cuts_of(number, clock));
    if (config_.sample) shard->sample(*config_.sample, clock, sampler_origin_);
    if (config_.cells && config_.live) shard->show_values();
    if (config_.trades) shard->show_trades();
    if (config_.depth)
      shard->show_depth(shard_bells_.empty() ? inline_bell_ : shard_bells_[number]);
    for (const auto& channel : channels_) {
      shard->books().open_channel(channel->number(), map_.owner_shard(channel->number()) == number);
    }
    shards_.push_back(std::move(shard));
  }
}

void Topology::build_reader(const Clock& clock) {
  if (!config_.sample || !config_.sample->visible) return;
  std::vector<VisibilityStage::Watched> watched;
  for (const auto& shard : shards_)
    watched.push_back({shard->published().probe(), &shard->published().cells()});
  const latency::SpanWindows windows{config_.sample->windows, config_.sample->window,
                                     sampler_origin_};
  reader_ = std::make_unique<VisibilityStage>(std::move(watched), windows, clock);
}

void Topology::build_inline_stage(const Clock& clock) {
  std::vector<Channel*> channels;
  for (const auto& channel : channels_) channels.push_back(channel.get());
  inline_stage_ = std::make_unique<InlineStage>(std::move(channels), *shards_[0], clock,
                                                stop_reading_, when_done(0));
}

void Topology::build_channel_stages() {
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    std::vector<ChannelStage::Outlet> outlets;
    for (u32 s = 0; s < map_.shards(); ++s) {
      outlets.push_back({&rings_[c * map_.shards() + s], &shard_bells_[s]});
    }
    channel_stages_.emplace_back(*channels_[c], outlets, map_, config_.full, stop_reading_,
                                 assembler_.get());
  }
  for (std::size_t i = 0; i < feed_threads_; ++i) {
    std::vector<thread::Stage*> stages;
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      if (feed_thread_of_[c] == i) stages.push_back(&channel_stages_[c]);
    }
    feed_groups_.emplace_back(std::move(stages));
  }
}

void Topology::build_shard_stages(const Clock& clock) {
  for (u32 s = 0; s < map_.shards(); ++s) {
    std::vector<ShardStage::Inlet> inlets;
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      inlets.push_back({&rings_[c * map_.shards() + s], &feed_bells_[feed_thread_of_[c]]});
    }
    shard_stages_.emplace_back(*shards_[s], std::move(inlets), clock, when_done(s));
  }
}

// Tells those that wait for the shards' ends.
std::function<void()> Topology::when_done(u32 shard) {
  return [stage = cut_stage_.get(), reader = reader_.get(), shard] {
    if (stage != nullptr) stage->shard_done(shard);
    if (reader != nullptr) reader->shard_done();
  };
}

void Topology::list_jobs() {
  for (std::size_t i = 0; i < feed_groups_.size(); ++i) {
    const auto first = std::ranges::find(feed_thread_of_, i) - feed_thread_of_.begin();
    jobs_.push_back({"channel " + std::to_string(first), &feed_groups_[i], &feed_bells_[i], {}});
  }
  for (std::size_t i = 0; i < shard_stages_.size(); ++i) {
    jobs_.push_back({"shard " + std::to_string(i), &shard_stages_[i], &shard_bells_[i], {}});
  }
  if (inline_stage_) jobs_.push_back({"inline", inline_stage_.get(), &inline_bell_, {}});
  if (reader_) jobs_.push_back({"reader", reader_.get(), &reader_bell_, {}});
  if (cut_stage_) jobs_.push_back({"cuts", cut_stage_.get(), &cut_bell_, {}, false});
}

void Topology::ring_all() const {
  for (const thread::Job& job : jobs_) job.bell->ring();
}

std::vector<Arena*> Topology::arenas() {
  std::vector<Arena*> arenas;
  for (const auto& shard : shards_) arenas.push_back(&shard->books().memory());
  return arenas;
}

void Topology::let_prefault(thread::PagePrefaulter& prefaulter) {
  for (const auto& shard : shards_) shard->let_prefault(prefaulter);
}

void Topology::settle() const {
  u64 read = 0;
  for (const auto& channel : channels_) read += channel->events_read();
  const book::BookCounters sum = counters();
  const u64 accounted = sum.applied + sum.notices + sum.ignored + sum.unrouted + dropped();
  if (read != accounted) {
    throw std::logic_error("events went missing inside the engine: " + std::to_string(read) +
                           " read, " + std::to_string(accounted) + " accounted for");
  }
}

Nanos Topology::elapsed() const {
  Nanos last = inline_stage_ ? inline_stage_->finished_at() : Nanos{0};
  for (const ShardStage& stage : shard_stages_) last = std::max(last, stage.finished_at());
  Nanos first = last;
  for (const auto& channel : channels_) {
    if (channel->first_poll().value != 0) first = std::min(first, channel->first_poll());
  }
  return last - first;
}

Progress Topology::progress() const {
  Progress sum;
  for (const auto& channel : channels_) {
    const ChannelProgress& p = channel->progress();
    sum.messages += p.messages.load(std::memory_order_relaxed);
    sum.events += p.events.load(std::memory_order_relaxed);
    sum.dropped += p.dropped.load(std::memory_order_relaxed);
    sum.raw_bytes_read += p.raw_bytes_read.load(std::memory_order_relaxed);
    sum.raw_bytes_total += p.raw_bytes_total.load(std::memory_order_relaxed);
  }
  for (const auto& shard : shards_) {
    const ShardProgress& p = shard->published().progress();
    sum.applied += p.applied.load(std::memory_order_relaxed);
    sum.live_orders += p.live_orders.load(std::memory_order_relaxed);
  }
  for (const thread::BatchRing& ring : rings_) sum.ring_depths.push_back(ring.depth());
  return sum;
}

book::BookCounters Topology::counters() const {
  book::BookCounters sum;
  for (const auto& shard : shards_) sum += shard->books().counters();
  return sum;
}

u64 Topology::dropped() const {
  u64 sum = 0;
  for (const ChannelStage& stage : channel_stages_) sum += stage.dropped();
  return sum;
}

u64 Topology::queue_faults() const {
  u64 sum = 0;
  for (const thread::BatchRing& ring : rings_) sum += ring.faults();
  return sum;
}

// Values are taken as at a cut: intervals that the channel's own time has passed are complete.
std::vector<double> Topology::strategy_values(std::size_t shard, const book::Book& book) const {
  return shards_[shard]->strategies().values(book, channels_[book.channel]->channel_time());
}

std::vector<latency::SpanTimes> Topology::span_times() const {
  std::vector<latency::SpanTimes> windows(config_.sample ? config_.sample->windows : 0);
  for (const auto& shard : shards_) {
    for (std::size_t i = 0; i < windows.size(); ++i) {
      windows[i].merge(shard->sampler()->latencies().windows()[i]);
    }
  }
  for (std::size_t i = 0; reader_ && i < windows.size(); ++i) {
    windows[i].merge(reader_->windows()[i]);
  }
  return windows;
}

std::optional<Histogram> Topology::cut_stalls() const {
  if (!assembler_) return {};
  Histogram sum;
  for (const auto& shard : shards_) sum.merge(shard->cuts()->stalls());
  return sum;
}

latency::LatencyTimeline Topology::timeline() const {
  latency::LatencyTimeline sum;
  for (const auto& shard : shards_) {
    if (shard->sampler() != nullptr) sum.merge(shard->sampler()->latencies().timeline());
  }
  return sum;
}

}  // namespace tapedeck::pipeline
