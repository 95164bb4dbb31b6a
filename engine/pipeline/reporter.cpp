#include "engine/pipeline/reporter.hpp"

#include <algorithm>
#include <chrono>
#include <new>

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
      view_(engine),
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
    view_.refresh();
    add_busiest(report);
    report.latency = recent_latency();
  }
  report.given_up = view_.given_up();
  last_ = report.now;
  last_look_ = now;
  return report;
}

void Reporter::add_busiest(Report& report) const {
  report.instruments = view_.size();
  report.market = view_.time();
  for (const MarketView::Shown* const shown : view_.busiest(most_)) {
    report.busiest.push_back(shown->view);
    if (shown->has_values) report.values.push_back(shown->values);
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
