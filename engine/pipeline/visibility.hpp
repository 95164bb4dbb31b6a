// A stage that measures how long after a book's update a reader on another thread sees it.
//
// A shard writes a probe after it has written the cells of a batch. The probe names the last
// sampled event that changed a book, and the cell that shows it. The reader spins on the probes,
// and has seen an event when the cell holds a state at least as new as the event's. An event is not
// counted if its probe was overwritten before the reader read it, because a probe holds only the
// newest sampled event.
#pragma once

#include <atomic>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/latency/span_windows.hpp"
#include "engine/pipeline/cell_board.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::pipeline {

struct VisibilityProbe {
  Nanos due, booked;  // of an event that a book applied
  u64 cell;           // in the shard's board
  Sequence sequence;  // of the event: the cell shows it, or a later one
};
using VisibilityProbeCell = thread::SnapshotCell<VisibilityProbe>;

class VisibilityStage final : public thread::Stage {
 public:
  struct Watched {
    const VisibilityProbeCell* probe;
    const CellBoard* cells;
  };
  VisibilityStage(std::vector<Watched> shards, latency::SpanWindows windows, const Clock& clock)
      : shards_(std::move(shards)),
        seen_(shards_.size()),
        windows_(std::move(windows)),
        clock_(clock) {}

  /// Reads every probe once. Always reports work, so that its thread never waits.
  [[nodiscard]] u32 poll() override;
  [[nodiscard]] bool done() const override {
    return over_.load(std::memory_order_acquire) >= shards_.size();
  }
  void abandon() noexcept override { over_.store(shards_.size(), std::memory_order_release); }

  /// Notes that a shard has ended. Any thread; once per shard.
  void shard_done() { over_.fetch_add(1, std::memory_order_release); }
  /// The latencies, of book_to_visible and due_to_visible only. Call it only after the stage's
  /// thread has ended.
  [[nodiscard]] const std::vector<latency::SpanTimes>& windows() const { return windows_.all(); }

 private:
  [[nodiscard]] bool look(const Watched& shard, u64 version);

  std::vector<Watched> shards_;
  std::vector<u64> seen_;  // by shard: the version of the last probe that was handled
  latency::SpanWindows windows_;
  const Clock& clock_;
  std::atomic<std::size_t> over_{0};  // shards that have ended
};

}  // namespace tapedeck::pipeline
