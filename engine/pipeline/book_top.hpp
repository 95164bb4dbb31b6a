// The view of a book for readers on other threads: one small value in a snapshot cell.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <type_traits>

#include "engine/book/book_set.hpp"
#include "engine/thread/snapshot_cell.hpp"

namespace tapedeck::pipeline {

struct BookTop {
  DefineFields define;
  Nanos time;
  Sequence sequence;
  Price bid, ask;
  Quantity bid_quantity, ask_quantity;
  Price last_price;
  Quantity volume;
  u64 executions;
  ChannelId venue;
  TradingState trading;
  bool stale, suspect, crossed;
  std::array<u8, 2> unused;
};
static_assert(std::is_trivially_copyable_v<BookTop> && sizeof(BookTop) % sizeof(u64) == 0);

[[nodiscard]] BookTop top_of(const book::BookSet& books, const book::Book& book);

/// The cells of one shard. The shard's thread writes; any thread reads, while books are added.
class CellBoard {
 public:
  using Cell = thread::SnapshotCell<BookTop>;

  /// Shard's thread. `at` is at most one more than the largest before it.
  void write(std::size_t at, const BookTop& top);
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
  static constexpr std::size_t kMaxChunks = 16'384;  // 4 million instruments a shard
  using Chunk = std::array<Cell, kChunk>;

  std::vector<std::atomic<Chunk*>> chunks_ = std::vector<std::atomic<Chunk*>>(kMaxChunks);
  std::atomic<std::size_t> size_{0};
};

}  // namespace tapedeck::pipeline
