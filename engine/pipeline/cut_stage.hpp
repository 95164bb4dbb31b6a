// The stage that assembles cuts, which are snapshots of all books at one exchange time. It takes
// the shards' reports and passes complete cuts to the sink.
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
  /// `channels` are the doorbells of the channels' threads. The stage rings them after it has taken
  /// reports, because a channel may be waiting until cuts are complete.
  CutStage(CutAssembler& assembler, u32 shards, thread::Doorbell& bell,
           std::vector<thread::Doorbell*> channels);
  ~CutStage() override;

  /// Queues a shard's report. At most kMaxCutsAhead reports per channel are in the queue at a time.
  /// Called by the shard's thread.
  void report(CutReport report);
  /// Notes that `shard` will send no further report. Called by the shard's thread.
  void shard_done(u32 shard);

  [[nodiscard]] u32 poll() override;
  [[nodiscard]] bool done() const override { return drained_; }
  void abandon() noexcept override;

 private:
  struct Source {
    // The queue can grow, but stays small, because a channel waits once it is kMaxCutsAhead cuts
    // ahead.
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
