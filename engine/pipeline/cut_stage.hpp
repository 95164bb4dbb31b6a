// The stage that assembles cuts: takes the shards' reports and passes complete cuts to the sink.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

#include "engine/pipeline/cuts.hpp"
#include "engine/thread/hand_over_queue.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::pipeline {

class CutStage final : public thread::Stage {
 public:
  /// The bells in `channels` are rung whenever reports were taken, because a channel may be waiting
  /// for cuts to be completed.
  CutStage(CutAssembler& assembler, u32 shards, thread::Doorbell& bell,
           std::vector<thread::Doorbell*> channels);
  ~CutStage() override;

  /// Queues a report. At most kMaxCutsAhead reports per channel wait in the queue. Shard's thread.
  void report(CutReport report);
  /// Notes that no further report will come from `shard`. Shard's thread.
  void shard_done(u32 shard);

  [[nodiscard]] u32 poll() override;
  [[nodiscard]] bool done() const override { return drained_; }
  void abandon() noexcept override;

 private:
  struct Source {
    // Reports are few. The queue may grow, but stays small because channels wait at kMaxCutsAhead.
    thread::HandOverQueue<CutReport*> queue{kMaxCutsAhead};
    std::atomic<bool> done{false};
  };

  CutAssembler& assembler_;
  thread::Doorbell& bell_;
  std::vector<thread::Doorbell*> channels_;
  std::deque<Source> sources_;
  bool drained_ = false;
};

}  // namespace tapedeck::pipeline
