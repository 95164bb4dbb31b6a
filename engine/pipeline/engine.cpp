#include "engine/pipeline/engine.hpp"

#include <utility>

#include "engine/pipeline/engine_parts.hpp"

namespace tapedeck::pipeline {

Engine::Engine(EngineConfig config, std::vector<std::unique_ptr<Feed>> feeds, const Clock& clock,
               thread::StopFlag& stop)
    : parts_(std::make_unique<Parts>(std::move(config), std::move(feeds), clock, stop)) {}
Engine::~Engine() = default;

void Engine::run() {
  parts_->run();
}
Progress Engine::progress() const {
  return parts_->progress();
}
const CellBoard& Engine::cells(u32 shard) const {
  return parts_->shards()[shard]->cells();
}
const ValueBoard* Engine::live_values(u32 shard) const {
  return parts_->shards()[shard]->values();
}
void Engine::add_live_latencies(latency::LatencyCounts& sum) const {
  for (const auto& shard : parts_->shards()) {
    if (shard->live_latencies() != nullptr) shard->live_latencies()->add_to(sum);
  }
}
std::size_t Engine::channels() const {
  return parts_->channels().size();
}
const Channel& Engine::channel(std::size_t at) const {
  return *parts_->channels()[at];
}
std::size_t Engine::shards() const {
  return parts_->shards().size();
}
const book::BookSet& Engine::books(std::size_t shard) const {
  return std::as_const(*parts_->shards()[shard]).books();
}
const std::vector<strategy::StrategyPlan>& Engine::strategies() const {
  return parts_->config().strategies;
}
std::vector<double> Engine::strategy_values(std::size_t shard, const book::Book& book) const {
  return parts_->strategy_values(shard, book);
}
book::BookCounters Engine::counters() const {
  return parts_->counters();
}
BookLimit Engine::limit_reached() const {
  return parts_->limit_reached();
}
u64 Engine::dropped() const {
  return parts_->dropped();
}
u64 Engine::queue_faults() const {
  return parts_->queue_faults();
}
std::vector<latency::SpanTimes> Engine::span_times() const {
  return parts_->span_times();
}
latency::LatencyTimeline Engine::timeline() const {
  return parts_->timeline();
}
Nanos Engine::elapsed() const {
  return parts_->elapsed();
}
thread::WaitKind Engine::wait() const {
  return parts_->config().wait;
}
const std::vector<Placement>& Engine::placements() const {
  return parts_->placements();
}

}  // namespace tapedeck::pipeline
