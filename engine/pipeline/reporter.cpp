#include "engine/pipeline/reporter.hpp"

#include <algorithm>
#include <chrono>
#include <new>
#include <tuple>

#include "engine/pipeline/shard_publisher.hpp"
#include "engine/system/pinning.hpp"

namespace tapedeck::pipeline {

Reporter::Reporter(const Engine& engine, const Clock& clock, Nanos interval, std::size_t most,
                   OnReport on_report)
    : engine_(engine),
      clock_(clock),
      interval_(interval),
      most_(most),
      on_report_(std::move(on_report)),
      started_(clock.now()),
      last_look_(started_),
      copies_(engine.shards()),
      thread_([this] { loop(); }) {}

Reporter::~Reporter() {
  {
    const std::lock_guard hold{mutex_};
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Reporter::loop() {
  system::name_this_thread("reporter");
  std::unique_lock hold{mutex_};
  while (!wake_.wait_for(hold, std::chrono::nanoseconds{interval_.value},
                         [this] { return ending_; })) {
    try {
      on_report_(look(clock_.now()));
    } catch (const std::bad_alloc&) {  // this report is left out, and the run goes on
    }
  }
}

Report Reporter::look(Nanos now) {
  Report report;
  report.now = engine_.progress();
  report.since_start = now - started_;
  const double seconds = static_cast<double>(std::max<i64>((now - last_look_).value, 1)) /
                         static_cast<double>(kNanosPerSecond);
  report.messages_per_s = static_cast<double>(report.now.messages - last_.messages) / seconds;
  report.events_per_s = static_cast<double>(report.now.applied - last_.applied) / seconds;
  const u64 accounted = report.now.applied + report.now.dropped;
  report.in_queues = report.now.events > accounted ? report.now.events - accounted : 0;
  for (const u64 depth : report.now.ring_depths) report.deepest = std::max(report.deepest, depth);
  if (most_ > 0) {
    read_cells();
    add_busiest(report);
    report.latency = recent_latency();
  }
  report.given_up = given_up_;
  last_ = report.now;
  last_look_ = now;
  return report;
}

void Reporter::read_cells() {
  for (std::size_t shard = 0; shard < copies_.size(); ++shard) {
    const CellBoard& cells = engine_.published(static_cast<u32>(shard)).cells();
    const ValueBoard* const values = engine_.published(static_cast<u32>(shard)).values();
    std::vector<Copy>& copies = copies_[shard];
    copies.resize(std::max(copies.size(), cells.size()));
    for (std::size_t i = 0; i < copies.size(); ++i) {
      if (const auto view = cells.cell(i).try_read()) {
        copies[i].view = *view;
      } else {
        ++given_up_;
      }
      // The value cell was added before the view's cell.
      if (values == nullptr) continue;
      if (const auto live = values->cell(i).try_read()) {
        copies[i].values = *live;
        copies[i].has_values = true;
      }
    }
  }
}

void Reporter::add_busiest(Report& report) const {
  std::vector<const Copy*> all;
  bool has_values = false;
  for (const std::vector<Copy>& copies : copies_) {
    for (const Copy& copy : copies) {
      all.push_back(&copy);
      has_values |= copy.has_values;
      if (copy.view.time > std::max(report.market.time, Nanos{0})) {
        report.market = {copy.view.time, copy.view.venue};
      }
    }
  }
  report.instruments = all.size();
  const auto shown = static_cast<std::ptrdiff_t>(std::min(most_, all.size()));
  std::ranges::partial_sort(all, all.begin() + shown, [](const Copy* a, const Copy* b) {
    // Books with equal counts keep their order from one report to the next.
    return std::tuple{b->view.executions, a->view.venue, a->view.name()} <
           std::tuple{a->view.executions, b->view.venue, b->view.name()};
  });
  for (auto at = all.begin(); at != all.begin() + shown; ++at) {
    report.busiest.push_back((*at)->view);
    if (has_values) report.values.push_back((*at)->values);
  }
}

LiveLatency Reporter::recent_latency() {
  latency::LatencyCounts now;
  engine_.add_live_latencies(now);
  latencies_.push_back(now);
  if (latencies_.size() > kLatencyReports) latencies_.pop_front();
  // The first reports count from the beginning of the run.
  const bool is_young = latencies_.size() < kLatencyReports;
  const latency::LatencyCounts recent = is_young ? now : now.since(latencies_.front());
  return {recent.count(), recent.quantile(0.5), recent.quantile(0.99)};
}

}  // namespace tapedeck::pipeline
