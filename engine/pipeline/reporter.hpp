// A thread that reads a running engine at a fixed interval and passes a Report to a callback.
//
// It reads only counters and, through a MarketView, snapshot cells, and so neither slows the engine
// down nor waits for it.
// The engine's owner creates and destroys it. `on_report` is called on the reporter's own thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "engine/core/clock.hpp"
#include "engine/latency/live_latencies.hpp"
#include "engine/pipeline/engine.hpp"
#include "engine/pipeline/market_view.hpp"

namespace tapedeck::pipeline {

/// Latencies of the span due_to_book, see LatencySpan.
struct LiveLatency {
  u64 count = 0;  // sampled events
  Nanos p50{0}, p99{0};
};

struct Report {
  Progress now;
  Nanos since_start{0};
  double messages_per_s = 0;  // since the last report
  double events_per_s = 0;
  u64 in_queues = 0;  // events decoded and not yet applied: how far the shards lag behind
  u64 deepest = 0;    // batches in the fullest ring
  u64 given_up = 0;   // cell reads that the writer kept overtaking; an older copy was used
  u64 instruments = 0;
  MarketTime market;
  LiveLatency latency;  // of the newest reports, see kLatencyReports; without EngineConfig::live: 0
  // The instruments with the most executions, in descending order. Empty if the engine keeps no
  // cells.
  std::vector<book::InstrumentView> busiest;
  // By instrument of `busiest`: the values of its strategies. Empty without strategies and without
  // EngineConfig::live.
  std::vector<LiveValues> values;
};
/// How many reports back the latencies of a report reach: ten seconds at five reports a second.
inline constexpr std::size_t kLatencyReports = 50;

class Reporter {
 public:
  using OnReport = std::function<void(const Report&)>;

  /// `most`: how many instruments a report has at most. With 0, neither cells nor latencies are
  /// read.
  Reporter(const Engine& engine, const Clock& clock, Nanos interval, std::size_t most,
           OnReport on_report);
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;
  /// Ends the thread without waiting for the next report.
  ~Reporter();

 private:
  void loop();
  [[nodiscard]] Report look(Nanos now);
  void add_busiest(Report& report) const;
  [[nodiscard]] LiveLatency recent_latency();

  const Engine& engine_;
  const Clock& clock_;
  Nanos interval_;
  std::size_t most_;
  OnReport on_report_;
  Nanos started_, last_look_;
  Progress last_;
  MarketView view_;
  std::deque<latency::LatencyCounts> latencies_;  // at the newest reports
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace tapedeck::pipeline
