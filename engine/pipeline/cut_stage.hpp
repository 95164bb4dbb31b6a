// The stage that assembles cuts, which are snapshots of all books at one exchange time. It takes
// the shards' reports, passes complete cuts to the sink, and keeps the shards supplied with memory
// for their reports.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "engine/pipeline/cut_assembler.hpp"
#include "engine/pipeline/cut_chunk.hpp"
#include "engine/thread/hand_over_queue.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::pipeline {

class CutStage final : public thread::Stage {
 public:
  /// `channels` are the doorbells of the channels' threads. The stage rings them after it has taken
  /// reports, because a channel may be waiting until cuts are complete.
  /// `pools` are the shards'. All must outlive the stage.
  CutStage(CutAssembler& assembler, std::span<CutChunkPool* const> pools, thread::Doorbell& bell,
           std::vector<thread::Doorbell*> channels);

  /// Queues a shard's report. At most kMaxCutsAhead reports per channel are in the queue at a time.
  /// Called by the shard's thread.
  void report(CutChunk* report);
  /// Has the spare chunks of a shard looked after. Called by the shard's thread.
  void want_spare() { bell_.ring(); }
  /// Notes that `shard` will send no further report. Called by the shard's thread.
  void shard_done(u32 shard);

  [[nodiscard]] u32 poll() override;
  [[nodiscard]] bool done() const override { return drained_; }
  void abandon() noexcept override;

 private:
  struct Source {
    Source(CutChunkPool& chunks, std::size_t capacity) : pool(&chunks), queue(capacity) {}

    CutChunkPool* pool;
    // The queue can grow, but a channel waits once it is kMaxCutsAhead cuts ahead.
    thread::HandOverQueue<CutChunk*> queue;
    std::atomic<bool> done{false};
  };

  CutAssembler& assembler_;
  thread::Doorbell& bell_;
  std::vector<thread::Doorbell*> channels_;
  std::deque<Source> sources_;
  bool drained_ = false;
};

}  // namespace tapedeck::pipeline
