// Shows the instruments of a shard to readers on other threads. Each instrument has one snapshot
// cell, which holds its InstrumentView.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <vector>

#include "engine/book/instrument_view.hpp"
#include "engine/thread/snapshot_cell.hpp"

namespace tapedeck::pipeline {

/// The cells of one shard. The shard's thread writes; any thread may read, even while cells are
/// added.
class CellBoard {
 public:
  using Cell = thread::SnapshotCell<book::InstrumentView>;

  /// Writes cell `at`, and adds the cell if `at` is size(). `at` must not be larger. Shard's
  /// thread.
  void write(std::size_t at, const book::InstrumentView& view);
  /// Returns the number of cells. Each of them has been written at least once. Any thread.
  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_acquire); }
  [[nodiscard]] const Cell& cell(std::size_t at) const {
    return (*chunks_[at / kChunk].load(std::memory_order_acquire))[at % kChunk];
  }
  CellBoard() = default;
  CellBoard(const CellBoard&) = delete;
  CellBoard& operator=(const CellBoard&) = delete;
  ~CellBoard();

 private:
  // Chunks never move, so that a reader may keep a reference to a cell while the board grows.
  static constexpr std::size_t kChunk = 256;
  static constexpr std::size_t kMaxChunks = 16'384;  // 4 million instruments per shard
  using Chunk = std::array<Cell, kChunk>;

  std::vector<std::atomic<Chunk*>> chunks_ = std::vector<std::atomic<Chunk*>>(kMaxChunks);
  std::atomic<std::size_t> size_{0};
};

}  // namespace tapedeck::pipeline
