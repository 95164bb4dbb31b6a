// Shows the instruments of a shard to readers on other threads. Each instrument has one snapshot
// cell for its InstrumentView, and with strategies one for their values.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <vector>

#include "engine/book/instrument_view.hpp"
#include "engine/thread/snapshot_cell.hpp"

namespace tapedeck::pipeline {

/// A growing list of snapshot cells. One thread writes; any thread may read, even while cells are
/// added.
template <class Value>
class GrowingCells {
 public:
  using Cell = thread::SnapshotCell<Value>;

  /// Writes cell `at`, and adds the cell if `at` is size(). `at` must not be larger. The writer's
  /// thread.
  void write(std::size_t at, const Value& value) {
    if (at >= kChunk * kMaxChunks) return;
    std::atomic<Chunk*>& chunk = chunks_[at / kChunk];
    if (chunk.load(std::memory_order_relaxed) == nullptr) {
      chunk.store(std::make_unique<Chunk>().release(), std::memory_order_release);
    }
    (*chunk.load(std::memory_order_relaxed))[at % kChunk].write(value);
    if (at >= size_.load(std::memory_order_relaxed)) size_.store(at + 1, std::memory_order_release);
  }
  /// Returns the number of cells. Each of them has been written at least once. Any thread.
  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_acquire); }
  [[nodiscard]] const Cell& cell(std::size_t at) const {
    return (*chunks_[at / kChunk].load(std::memory_order_acquire))[at % kChunk];
  }
  GrowingCells() = default;
  GrowingCells(const GrowingCells&) = delete;
  GrowingCells& operator=(const GrowingCells&) = delete;
  ~GrowingCells() {
    for (std::atomic<Chunk*>& chunk : chunks_) {
      const std::unique_ptr<Chunk> owned{chunk.load(std::memory_order_relaxed)};
    }
  }

 private:
  // Chunks never move, so that a reader may keep a reference to a cell while the list grows.
  static constexpr std::size_t kChunk = 256;
  static constexpr std::size_t kMaxChunks = 16'384;  // 4 million instruments per shard
  using Chunk = std::array<Cell, kChunk>;

  std::vector<std::atomic<Chunk*>> chunks_ = std::vector<std::atomic<Chunk*>>(kMaxChunks);
  std::atomic<std::size_t> size_{0};
};

/// The views of a shard's instruments. The shard's thread writes.
class CellBoard final : public GrowingCells<book::InstrumentView> {};

/// How many values of strategies a cell holds, in the order of strategy::names_of(): as many as a
/// wide terminal shows. The values beyond are not shown while a run lasts.
inline constexpr std::size_t kLiveValues = 16;

/// The values of an instrument's strategies; NaN where there is none.
struct LiveValues {
  std::array<double, kLiveValues> values;
};
/// The strategies' values of a shard's instruments, numbered as in its CellBoard. The shard's
/// thread writes a value cell before the instrument's view.
class ValueBoard final : public GrowingCells<LiveValues> {};

}  // namespace tapedeck::pipeline
