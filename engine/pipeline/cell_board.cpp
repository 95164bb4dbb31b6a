#include "engine/pipeline/cell_board.hpp"

namespace tapedeck::pipeline {

void CellBoard::write(std::size_t at, const book::InstrumentView& view) {
  if (at >= kChunk * kMaxChunks) return;
  std::atomic<Chunk*>& chunk = chunks_[at / kChunk];
  if (chunk.load(std::memory_order_relaxed) == nullptr) {
    chunk.store(std::make_unique<Chunk>().release(), std::memory_order_release);
  }
  (*chunk.load(std::memory_order_relaxed))[at % kChunk].write(view);
  if (at >= size_.load(std::memory_order_relaxed)) size_.store(at + 1, std::memory_order_release);
}

CellBoard::~CellBoard() {
  for (std::atomic<Chunk*>& chunk : chunks_) {
    const std::unique_ptr<Chunk> owned{chunk.load(std::memory_order_relaxed)};
  }
}

}  // namespace tapedeck::pipeline
