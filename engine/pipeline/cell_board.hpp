// Instruments for readers on other threads: one view in a snapshot cell each.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <vector>

#include "engine/book/instrument_view.hpp"
#include "engine/thread/snapshot_cell.hpp"

namespace tapedeck::pipeline {

/// The cells of one shard. The shard's thread writes; any thread may read, even while books are
/// added.
class CellBoard {
 public:
  using Cell = thread::SnapshotCell<book::InstrumentView>;

  /// Shard's thread. `at` is at most size(): cells are added in order.
  void write(std::size_t at, const book::InstrumentView& view);
  /// The number of cells, all of which were written at least once. Any thread.
  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_acquire); }
  [[nodiscard]] const Cell& cell(std::size_t at) const {
    return (*chunks_[at / kChunk].load(std::memory_order_acquire))[at % kChunk];
  }
  CellBoard() = default;
  CellBoard(const CellBoard&) = delete;
  CellBoard& operator=(const CellBoard&) = delete;
  ~CellBoard();

 private:
  // Chunks never move, so that a reader may hold on to a cell while the board grows.
  static constexpr std::size_t kChunk = 256;
  static constexpr std::size_t kMaxChunks = 16'384;  // 4 million instruments per shard
  using Chunk = std::array<Cell, kChunk>;

  std::vector<std::atomic<Chunk*>> chunks_ = std::vector<std::atomic<Chunk*>>(kMaxChunks);
  std::atomic<std::size_t> size_{0};
};

}  // namespace tapedeck::pipeline
