// A stage (thread object) that measures the time from a book's update until a reader on another
// thread sees the update.
//
// A shard writes its probe after it has written the snapshot cells of a batch. The probe names the
// batch's last sampled event that a book applied, and the cell of that event's instrument. This
// stage reads all probes in each poll, and its runner never pauses. It has seen an event when the
// cell shows the event or a later one. A probe holds only the newest event, so an event whose probe
// is overwritten before this stage reads it is not counted.
#pragma once

#include <atomic>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/latency/span_windows.hpp"
#include "engine/pipeline/cell_board.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::pipeline {

struct VisibilityProbe {
  Nanos due, booked;  // of the event, which a book applied
  u64 cell;           // index of the cell in the shard's CellBoard
  Sequence sequence;  // of the event; the cell shows this event or a later one
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

  /// Reads every probe once. Always reports work, so that the stage's thread never waits.
  [[nodiscard]] u32 poll() override;
  [[nodiscard]] bool done() const override {
    return over_.load(std::memory_order_acquire) >= shards_.size();
  }
  void abandon() noexcept override { over_.store(shards_.size(), std::memory_order_release); }

  /// Must be called once per shard, when the shard has ended. Any thread.
  void shard_done() { over_.fetch_add(1, std::memory_order_release); }
  /// Returns the latencies, only of book_to_visible and due_to_visible. May be called only after
  /// the stage's thread has ended.
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
