// The thread that puts cuts together: takes the shards' reports and hands whole cuts to the sink.
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
  /// `channels` are rung whenever cuts were completed: one of them may be waiting for that.
  CutStage(CutAssembler& assembler, u32 shards, thread::Doorbell& bell,
           std::vector<thread::Doorbell*> channels);
  ~CutStage() override;

  /// Shard's thread: how many reports wait is bounded by kMaxCutsAhead a channel.
  void report(CutReport report);
  /// Shard's thread: nothing more will come from it.
  void shard_done(u32 shard);

  [[nodiscard]] u32 poll() override;
  [[nodiscard]] bool done() const override { return drained_; }
  void abandon() noexcept override;

 private:
  struct Source {
    // Reports are few; the queue may grow, the channels' waiting keeps it small.
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
