// The shard thread's stage: takes batches from the channels in turn, applies them, and gives them
// back.
//
// A shard that failed goes on giving batches back without applying them until its channels have
// ended, so that no channel waits for a credit for ever.
#pragma once

#include <atomic>
#include <vector>

#include "engine/pipeline/shard.hpp"
#include "engine/thread/batch_ring.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::pipeline {

class ShardStage final : public thread::Stage {
 public:
  /// One inlet per channel, by channel number.
  struct Inlet {
    thread::BatchRing* ring;
    thread::Doorbell* bell;
    bool ended = false;
  };
  /// `when_done` is called once, from the shard's thread, after its last channel has ended.
  ShardStage(Shard& shard, std::vector<Inlet> inlets, const Clock& clock,
             std::function<void()> when_done);

  [[nodiscard]] u32 poll() override;
  [[nodiscard]] bool done() const override { return open_ == 0; }
  void abandon() noexcept override;

  /// When the end of the last channel had been applied. Valid after done().
  [[nodiscard]] Nanos finished_at() const { return finished_at_; }

 private:
  void take(Inlet& inlet, thread::Batch& batch, ChannelId channel);
  void close(Inlet& inlet);

  Shard& shard_;
  std::vector<Inlet> inlets_;
  const Clock& clock_;
  std::function<void()> when_done_;
  std::size_t open_;
  thread::Batch* in_hand_ = nullptr;  // the batch that abandon() has to give back
  Inlet* in_hand_of_ = nullptr;
  bool abandoned_ = false;
  Nanos finished_at_{0};
};

}  // namespace tapedeck::pipeline
