#include "engine/pipeline/engine_parts.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "engine/core/feed.hpp"
#include "engine/core/memory.hpp"
#include "engine/pipeline/inline_stage.hpp"
#include "engine/system/cpu_topology.hpp"

namespace tapedeck::pipeline {

Engine::Parts::Parts(EngineConfig config, std::vector<std::unique_ptr<Feed>> feeds,
                     const Clock& clock, thread::StopFlag& stop)
    : config_(std::move(config)),
      clock_(clock),
      stop_(stop),
      map_(std::max<u32>(config_.shards, 1)),
      budget_(config_.limits, map_.shards(), stop_reading_) {
  for (const auto& [symbol, shard] : config_.shard_map) map_.assign(symbol, shard);
  for (std::unique_ptr<Feed>& feed : feeds) {
    channels_.push_back(std::make_unique<Channel>(static_cast<ChannelId>(channels_.size()),
                                                  std::move(feed), clock, config_.cut_interval));
  }
  if (config_.cut_interval) {
    assembler_ = std::make_unique<CutAssembler>(static_cast<u32>(channels_.size()), map_.shards(),
                                                *config_.cut_sink);
  }
  config_.cells |= config_.sample && config_.sample->visible;
  assign_feed_threads();
  build_shards(clock);
}

// Numbers the feeds' threads in the order of their first channels.
void Engine::Parts::assign_feed_threads() {
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

u32 Engine::Parts::batches_per_ring() const {
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
std::size_t Engine::Parts::most_bytes_per_shard() const {
  const u64 share = address_space_left() / 3 * 2 / map_.shards();
  return static_cast<std::size_t>(
      std::clamp<u64>(share / kHugePage * kHugePage, kHugePage, book::kMostPoolBytes));
}

void Engine::Parts::build_shards(const Clock& clock) {
  const bool threaded = config_.shards > 0;
  if (threaded) {
    threads_ = std::make_unique<Threads>();
    Threads& t = *threads_;
    for (std::size_t i = 0; i < channels_.size() * map_.shards(); ++i) {
      t.rings.emplace_back(config_.batch_events, batches_per_ring());
    }
    for (std::size_t i = 0; i < feed_threads_; ++i) t.feed_bells.emplace_back();
    for (u32 i = 0; i < map_.shards(); ++i) t.shard_bells.emplace_back();
    if (assembler_) {
      std::vector<thread::Doorbell*> bells;
      for (thread::Doorbell& bell : t.feed_bells) bells.push_back(&bell);
      t.cut_stage = std::make_unique<CutStage>(*assembler_, map_.shards(), t.cut_bell, bells);
    }
  }
  const std::size_t most_bytes = most_bytes_per_shard();
  for (u32 number = 0; number < map_.shards(); ++number) {
    Shard::ReportCut report;
    if (assembler_ && threaded) {
      report = [stage = threads_->cut_stage.get()](CutReport r) { stage->report(std::move(r)); };
    } else if (assembler_) {
      report = [this](CutReport r) { assembler_->add(std::move(r)); };
    }
    const book::BookOptions options{.flow_digest = config_.flow_digest,
                                    .track_changes = config_.cells,
                                    .hash_key = config_.hash_key,
                                    .most_bytes = most_bytes};
    shards_.push_back(
        std::make_unique<Shard>(number, options, config_.cut_depth, report, config_.strategies));
    shards_.back()->keep_to(budget_);
    if (config_.sample) shards_.back()->sample(*config_.sample, clock, sampler_origin_);
    if (config_.cells && config_.live) shards_.back()->show_live();
    for (const auto& channel : channels_) {
      shards_.back()->books().open_channel(channel->number(),
                                           map_.owner_shard(channel->number()) == number);
    }
  }
  build_reader(clock);
  if (threaded) build_threads(clock);
}

void Engine::Parts::build_threads(const Clock& clock) {
  Threads& t = *threads_;
  for (std::size_t l = 0; l < channels_.size(); ++l) {
    std::vector<ChannelStage::Outlet> outlets;
    for (u32 s = 0; s < map_.shards(); ++s) {
      outlets.push_back({&t.rings[l * map_.shards() + s], &t.shard_bells[s]});
    }
    t.channel_stages.emplace_back(*channels_[l], std::move(outlets), map_, config_.full,
                                  stop_reading_, assembler_.get());
  }
  for (std::size_t i = 0; i < feed_threads_; ++i) {
    std::vector<thread::Stage*> stages;
    for (std::size_t l = 0; l < channels_.size(); ++l) {
      if (feed_thread_of_[l] == i) stages.push_back(&t.channel_stages[l]);
    }
    t.feed_groups.emplace_back(std::move(stages));
  }
  for (u32 s = 0; s < map_.shards(); ++s) {
    std::vector<ShardStage::Inlet> inlets;
    for (std::size_t l = 0; l < channels_.size(); ++l) {
      inlets.push_back({&t.rings[l * map_.shards() + s], &t.feed_bells[feed_thread_of_[l]]});
    }
    t.shard_stages.emplace_back(*shards_[s], std::move(inlets), clock,
                                [stage = t.cut_stage.get(), reader = reader_.get(), s] {
                                  if (stage != nullptr) stage->shard_done(s);
                                  if (reader != nullptr) reader->shard_done();
                                });
  }
}

void Engine::Parts::build_reader(const Clock& clock) {
  if (!config_.sample || !config_.sample->visible) return;
  std::vector<VisibilityStage::Watched> watched;
  for (const auto& shard : shards_) watched.push_back({shard->probe(), &shard->cells()});
  const latency::SpanWindows windows{config_.sample->windows, config_.sample->window,
                                     sampler_origin_};
  reader_ = std::make_unique<VisibilityStage>(std::move(watched), windows, clock);
}

void Engine::Parts::run() {
  keep_pages();
  if (threads_) {
    run_threads();
  } else {
    run_inline();
  }
}

void Engine::Parts::keep_pages() {
  std::vector<Arena*> arenas;
  for (const auto& shard : shards_) arenas.push_back(&shard->books().memory());
  page_prefaulter_.emplace(std::move(arenas));
  for (const auto& shard : shards_) shard->let_prefault(*page_prefaulter_);
}

void Engine::Parts::run_inline() {
  std::vector<Channel*> channels;
  for (const auto& channel : channels_) channels.push_back(channel.get());
  InlineStage stage{std::move(channels), *shards_[0], clock_, stop_reading_,
                    [reader = reader_.get()] {
                      if (reader != nullptr) reader->shard_done();
                    }};
  thread::Doorbell bell, reader_bell;
  const auto cores = system::assign_cores(config_.pins, reader_ ? 2 : 1);
  std::vector<thread::Job> jobs{{"inline", &stage, &bell, cores[0]}};
  if (reader_) jobs.push_back({"reader", reader_.get(), &reader_bell, cores[1]});
  thread::Runner runner{config_.wait, true};
  runner.start(jobs, [this] { stop_.request(); });
  supervise(runner, jobs);
  settle(stage.finished_at());
}

void Engine::Parts::run_threads() {
  Threads& t = *threads_;
  std::vector<thread::Job> jobs;
  const std::size_t busy = feed_threads_ + t.shard_stages.size() + (reader_ ? 1 : 0);
  const auto cores = system::assign_cores(config_.pins, busy);
  for (std::size_t i = 0; i < feed_threads_; ++i) {
    const auto first = std::ranges::find(feed_thread_of_, i) - feed_thread_of_.begin();
    jobs.push_back({"channel " + std::to_string(first), &t.feed_groups[i], &t.feed_bells[i],
                    cores[jobs.size()]});
  }
  for (std::size_t i = 0; i < t.shard_stages.size(); ++i) {
    jobs.push_back(
        {"shard " + std::to_string(i), &t.shard_stages[i], &t.shard_bells[i], cores[jobs.size()]});
  }
  if (reader_) jobs.push_back({"reader", reader_.get(), &t.reader_bell, cores[jobs.size()]});
  if (t.cut_stage) jobs.push_back({"cuts", t.cut_stage.get(), &t.cut_bell, {}});
  const auto ring_all = [&jobs] {
    for (const thread::Job& job : jobs) job.bell->ring();
  };
  const std::size_t to_burn = system::cores_to_burn(system::this_cpu_topology());
  config_.wait = thread::wait_among(config_.wait, busy, to_burn);
  thread::Runner runner{config_.wait, busy < to_burn};
  runner.start(jobs, [this, ring_all] {
    stop_.request();
    ring_all();
  });
  supervise(runner, jobs);
  Nanos last{0};
  for (const ShardStage& stage : t.shard_stages) last = std::max(last, stage.finished_at());
  settle(last);
}

// Waits for the end of all threads, and wakes all of them when a stop is requested.
void Engine::Parts::supervise(thread::Runner& runner, const std::vector<thread::Job>& jobs) {
  constexpr Nanos kLook{20'000'000};
  std::optional<Nanos> asked;
  while (!runner.wait_for(kLook)) {
    if (!stop_reading_.requested()) continue;
    for (const thread::Job& job : jobs) job.bell->ring();
    if (!stop_.requested()) continue;
    const Nanos now = clock_.now();
    if (!asked) asked = now;
    if (now - *asked > config_.drain_limit && config_.on_drain_limit) {
      std::exchange(config_.on_drain_limit, nullptr)();
    }
  }
  runner.join();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    placements_.push_back({jobs[i].name, runner.placements()[i]});
  }
}

// Nothing may go missing inside: read = applied + notices + dropped + ignored + unrouted.
void Engine::Parts::settle(Nanos finished_at) {
  Nanos first = finished_at;
  u64 read = 0;
  for (const auto& channel : channels_) {
    read += channel->events_read();
    if (channel->first_poll().value != 0) first = std::min(first, channel->first_poll());
  }
  elapsed_ = finished_at - first;
  const book::BookCounters sum = counters();
  const u64 accounted = sum.applied + sum.notices + sum.ignored + sum.unrouted + dropped();
  if (read != accounted) {
    throw std::logic_error("events went missing inside the engine: " + std::to_string(read) +
                           " read, " + std::to_string(accounted) + " accounted for");
  }
}

Progress Engine::Parts::progress() const {
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
    sum.applied += shard->progress().applied.load(std::memory_order_relaxed);
    sum.live_orders += shard->progress().live_orders.load(std::memory_order_relaxed);
  }
  if (threads_) {
    for (const thread::BatchRing& ring : threads_->rings) sum.ring_depths.push_back(ring.depth());
  }
  return sum;
}

// Values are taken as at a cut: intervals that the channel's own time has passed are complete.
std::vector<double> Engine::Parts::strategy_values(std::size_t shard,
                                                   const book::Book& book) const {
  return shards_[shard]->strategies().values(book, channels_[book.channel]->cuts().channel_time());
}

book::BookCounters Engine::Parts::counters() const {
  book::BookCounters sum;
  for (const auto& shard : shards_) sum += shard->books().counters();
  return sum;
}

u64 Engine::Parts::dropped() const {
  u64 sum = 0;
  if (threads_) {
    for (const ChannelStage& stage : threads_->channel_stages) sum += stage.dropped();
  }
  return sum;
}

u64 Engine::Parts::queue_faults() const {
  u64 sum = 0;
  if (threads_) {
    for (const thread::BatchRing& ring : threads_->rings) sum += ring.faults();
  }
  return sum;
}

std::vector<latency::SpanTimes> Engine::Parts::span_times() const {
  std::vector<latency::SpanTimes> windows(config_.sample ? config_.sample->windows : 0);
  for (const auto& shard : shards_) {
    for (std::size_t i = 0; i < windows.size(); ++i) {
      windows[i].merge(shard->sampler()->windows()[i]);
    }
  }
  for (std::size_t i = 0; reader_ && i < windows.size(); ++i) {
    windows[i].merge(reader_->windows()[i]);
  }
  return windows;
}

latency::LatencyTimeline Engine::Parts::timeline() const {
  latency::LatencyTimeline sum;
  for (const auto& shard : shards_) {
    if (shard->sampler() != nullptr) sum.merge(shard->sampler()->timeline());
  }
  return sum;
}

}  // namespace tapedeck::pipeline
