#include "engine/pipeline/engine.hpp"

#include <utility>

#include "engine/pipeline/topology.hpp"
#include "engine/system/cpu_topology.hpp"
#include "engine/thread/page_prefaulter.hpp"

namespace tapedeck::pipeline {

Engine::Engine(EngineConfig config, std::vector<std::unique_ptr<Feed>> feeds, const Clock& clock,
               thread::StopFlag& stop)
    : clock_(clock),
      stop_(stop),
      wait_(config.wait),
      topology_(std::make_unique<Topology>(std::move(config), std::move(feeds), clock, stop)) {}
Engine::~Engine() = default;

void Engine::run() {
  page_prefaulter_ = std::make_unique<thread::PagePrefaulter>(topology_->arenas());
  topology_->let_prefault(*page_prefaulter_);
  const EngineConfig& config = topology_->config();
  const std::size_t busy = topology_->busy_jobs();
  std::vector<thread::Job> jobs = topology_->jobs();
  const auto cores = system::assign_cores(config.pins, busy);
  for (std::size_t i = 0; i < busy; ++i) jobs[i].core = cores[i];
  bool has_spare_cores = true;
  if (config.shards > 0) {
    const std::size_t to_burn = system::cores_to_burn(system::this_cpu_topology());
    wait_ = thread::wait_among(config.wait, busy, to_burn);
    has_spare_cores = busy < to_burn;
  }
  thread::Runner runner{wait_, has_spare_cores};
  runner.start(jobs, [this] {
    stop_.request();
    topology_->ring_all();
  });
  supervise(runner);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    placements_.push_back({jobs[i].name, runner.placements()[i]});
  }
  topology_->settle();
}

// Waits for the end of all threads, and wakes all of them when a stop is requested.
void Engine::supervise(thread::Runner& runner) {
  constexpr Nanos kLook{20'000'000};
  const EngineConfig& config = topology_->config();
  std::optional<Nanos> asked;
  bool is_late = false;
  while (!runner.wait_for(kLook)) {
    if (!topology_->stop_requested()) continue;
    topology_->ring_all();
    if (!stop_.requested()) continue;
    const Nanos now = clock_.now();
    if (!asked) asked = now;
    if (now - *asked <= config.drain_limit || !config.on_drain_limit) continue;
    if (!std::exchange(is_late, true)) config.on_drain_limit();
  }
  runner.join();
}

Progress Engine::progress() const {
  return topology_->progress();
}
const ShardPublisher& Engine::published(u32 shard) const {
  return topology_->shard(shard).published();
}
void Engine::serve_requests() {
  for (std::size_t i = 0; i < topology_->shards(); ++i) topology_->shard(i).serve_requests();
}
void Engine::add_live_latencies(latency::LatencyCounts& sum) const {
  for (std::size_t i = 0; i < topology_->shards(); ++i) {
    const ShardSampler* const sampler = topology_->shard(i).sampler();
    if (sampler != nullptr) sampler->live().add_to(sum);
  }
}
std::size_t Engine::channels() const {
  return topology_->channels();
}
const Channel& Engine::channel(std::size_t at) const {
  return topology_->channel(at);
}
std::size_t Engine::shards() const {
  return topology_->shards();
}
const book::BookSet& Engine::books(std::size_t shard) const {
  return std::as_const(*topology_).shard(shard).books();
}
const std::vector<strategy::StrategyPlan>& Engine::strategies() const {
  return topology_->config().strategies;
}
std::vector<double> Engine::strategy_values(std::size_t shard, const book::Book& book) const {
  return topology_->strategy_values(shard, book);
}
book::BookCounters Engine::counters() const {
  return topology_->counters();
}
BookLimit Engine::limit_reached() const {
  return topology_->limit_reached();
}
u64 Engine::dropped() const {
  return topology_->dropped();
}
u64 Engine::queue_faults() const {
  return topology_->queue_faults();
}
std::vector<latency::SpanTimes> Engine::span_times() const {
  return topology_->span_times();
}
latency::LatencyTimeline Engine::timeline() const {
  return topology_->timeline();
}
std::optional<Histogram> Engine::cut_stalls() const {
  return topology_->cut_stalls();
}
Nanos Engine::elapsed() const {
  return topology_->elapsed();
}

}  // namespace tapedeck::pipeline
