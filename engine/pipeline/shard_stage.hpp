// The stage that a shard's thread runs: receives batches from the channels in turn, applies them,
// and gives them back to their channels.
//
// After a failure, the shard still gives batches back, without applying them, until all channels
// have ended. So no channel waits forever for a free batch.
#pragma once

#include <atomic>
#include <vector>

#include "engine/pipeline/shard.hpp"
#include "engine/thread/batch_ring.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::pipeline {

class ShardStage final : public thread::Stage {
 public:
  /// The connection to one channel. There is one inlet per channel, indexed by channel number.
  struct Inlet {
    thread::BatchRing* ring;
    thread::Doorbell* bell;
    bool ended = false;
  };
  /// Calls `when_done` once, from the shard's thread, after the last channel has ended.
  ShardStage(Shard& shard, std::vector<Inlet> inlets, const Clock& clock,
             std::function<void()> when_done);

  [[nodiscard]] u32 poll() override;
  [[nodiscard]] bool done() const override { return open_ == 0; }
  void abandon() noexcept override;

  /// Returns the time at which the last channel's end had been applied. Valid once done() is true.
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
