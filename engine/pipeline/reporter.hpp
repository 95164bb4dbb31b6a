// A thread that reads a running engine at a fixed interval and passes a Report to a callback.
//
// It reads only counters and snapshot cells, and so neither slows the engine down nor waits for it.
// The engine's owner creates and destroys it. `on_report` is called on the reporter's own thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "engine/core/clock.hpp"
#include "engine/pipeline/cell_board.hpp"
#include "engine/pipeline/engine.hpp"

namespace tapedeck::pipeline {

struct Report {
  Progress now;
  Nanos since_start{0};
  double messages_per_s = 0;  // since the last report
  double events_per_s = 0;
  u64 in_queues = 0;  // events decoded and not yet applied: how far the shards lag behind
  u64 deepest = 0;    // batches in the fullest ring
  u64 given_up = 0;   // cell reads that the writer kept overtaking; an older copy was used
  // The kInstrumentsReported instruments with the most executions, in descending order. Empty if
  // the engine keeps no cells.
  std::vector<book::InstrumentView> busiest;
};
inline constexpr std::size_t kInstrumentsReported = 10;

class Reporter {
 public:
  using OnReport = std::function<void(const Report&)>;

  Reporter(const Engine& engine, const Clock& clock, Nanos interval, OnReport on_report);
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;
  /// Ends the thread without waiting for the next report.
  ~Reporter();

 private:
  void loop();
  [[nodiscard]] Report look(Nanos now);
  [[nodiscard]] std::vector<book::InstrumentView> busiest();

  const Engine& engine_;
  const Clock& clock_;
  Nanos interval_;
  OnReport on_report_;
  Nanos started_, last_look_;
  Progress last_;
  std::vector<std::vector<book::InstrumentView>>
      copies_;  // by shard: the last good copy of every cell
  u64 given_up_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace tapedeck::pipeline
