#include "engine/pipeline/reporter.hpp"

#include <algorithm>
#include <chrono>
#include <new>
#include <tuple>

#include "engine/system/pinning.hpp"

namespace tapedeck::pipeline {
Reporter::Reporter(const Engine& engine, const Clock& clock, Nanos interval, OnReport on_report)
    : engine_(engine),
      clock_(clock),
      interval_(interval),
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
  report.busiest = busiest();
  report.given_up = given_up_;
  last_ = report.now;
  last_look_ = now;
  return report;
}

std::vector<book::InstrumentView> Reporter::busiest() {
  std::vector<const book::InstrumentView*> all;
  for (std::size_t shard = 0; shard < engine_.shards(); ++shard) {
    const CellBoard& cells = engine_.cells(static_cast<u32>(shard));
    std::vector<book::InstrumentView>& copies = copies_[shard];
    copies.resize(std::max(copies.size(), cells.size()));
    for (std::size_t i = 0; i < copies.size(); ++i) {
      if (const auto top = cells.cell(i).try_read()) {
        copies[i] = *top;
      } else {
        ++given_up_;
      }
      all.push_back(&copies[i]);
    }
  }
  const auto shown = static_cast<std::ptrdiff_t>(std::min(kInstrumentsReported, all.size()));
  std::ranges::partial_sort(all, all.begin() + shown,
                            [](const book::InstrumentView* a, const book::InstrumentView* b) {
                              // Books with equal counts keep their order from one report to the
                              // next.
                              return std::tuple{b->executions, a->venue, a->define.name()} <
                                     std::tuple{a->executions, b->venue, b->define.name()};
                            });
  std::vector<book::InstrumentView> busiest;
  for (auto at = all.begin(); at != all.begin() + shown; ++at) busiest.push_back(**at);
  return busiest;
}

}  // namespace tapedeck::pipeline
