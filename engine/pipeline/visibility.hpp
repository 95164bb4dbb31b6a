// How long after a book was updated a reader on another thread sees it: a stage that does nothing
// but look.
//
// A shard writes a probe once it has written the cells of a batch: which event, of those it
// samples, changed the book last, and in which cell that shows. The reader spins on the probes;
// it has seen an event when the cell holds a state as new as that. Events whose probe was
// overwritten before the reader came to it are not counted: nobody saw the book as they left it.
#pragma once

#include <atomic>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/latency/span_windows.hpp"
#include "engine/pipeline/book_top.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::pipeline {

struct VisibilityProbe {
  Nanos due, booked;  // of an event that a book took
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

  /// One look at every probe. Never without work, so that its thread never waits.
  [[nodiscard]] u32 poll() override;
  [[nodiscard]] bool done() const override {
    return over_.load(std::memory_order_acquire) >= shards_.size();
  }
  void abandon() noexcept override { over_.store(shards_.size(), std::memory_order_release); }

  /// A shard has ended. Any thread, once a shard.
  void shard_done() { over_.fetch_add(1, std::memory_order_release); }
  /// Only book_to_visible and due_to_visible. Once its thread has ended.
  [[nodiscard]] const std::vector<latency::SpanTimes>& windows() const { return windows_.all(); }

 private:
  [[nodiscard]] bool look(const Watched& shard, u64 version);

  std::vector<Watched> shards_;
  std::vector<u64> seen_;  // by shard: the version of the probe that was dealt with last
  latency::SpanWindows windows_;
  const Clock& clock_;
  std::atomic<std::size_t> over_{0};  // shards that have ended
};

}  // namespace tapedeck::pipeline
