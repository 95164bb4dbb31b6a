// What a shard reports at a cut: flat rows in chunks of memory that go round.
//
// A shard's thread takes chunks from its CutChunkPool, fills them, and sends them off. The thread
// that assembles the cuts reads them and gives them back. It also keeps the pool supplied, so that
// the shard's thread neither allocates nor meets a page for the first time, except when its books
// have grown faster than that thread came to run.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <vector>

#include "engine/book/instrument_view.hpp"
#include "engine/core/memory.hpp"
#include "engine/strategy/strategy_runner.hpp"
#include "engine/thread/hand_over_queue.hpp"

namespace tapedeck::pipeline {

/// One instrument in a chunk. Its levels follow it in memory, the bids before the asks, best first,
/// and then the values of its strategies.
struct FlatRow {
  book::InstrumentView view;
  u32 instrument = 0;
  u32 bids = 0, asks = 0;  // numbers of levels
  u32 values = 0;

  /// Returns the bytes of a row with its levels of both sides and its values.
  [[nodiscard]] static std::size_t bytes(std::size_t levels, std::size_t values) {
    return sizeof(FlatRow) + levels * sizeof(book::Level) + values * sizeof(double);
  }
  [[nodiscard]] std::size_t bytes() const { return bytes(std::size_t{bids} + asks, values); }
  [[nodiscard]] book::Level* levels() { return reinterpret_cast<book::Level*>(this + 1); }
  [[nodiscard]] const book::Level* levels() const {
    return reinterpret_cast<const book::Level*>(this + 1);
  }
  [[nodiscard]] std::span<const book::Level> bid_levels() const { return {levels(), bids}; }
  [[nodiscard]] std::span<const book::Level> ask_levels() const { return {levels() + bids, asks}; }
  [[nodiscard]] std::span<double> strategy_values() {
    return {reinterpret_cast<double*>(levels() + bids + asks), values};
  }
  [[nodiscard]] std::span<const double> strategy_values() const {
    return {reinterpret_cast<const double*>(levels() + bids + asks), values};
  }
};
static_assert(std::is_trivially_copyable_v<FlatRow>);
// Rows follow one another without gaps.
static_assert(alignof(FlatRow) == 8 && alignof(book::Level) == 8);
static_assert(sizeof(FlatRow) % 8 == 0 && sizeof(book::Level) % 8 == 0);

/// What the rows of a report are: a channel's instruments of one shard, for the cuts first..last.
struct CutHead {
  ChannelId channel = 0;
  u32 shard = 0;
  Nanos first{0}, last{0};
  bool ended = false;  // the channel has ended, so the report holds for `first` and all later cuts
};

class CutChunkPool;

/// A piece of a report. A report is a list of chunks, of which the first has the head. Chunks lie
/// in the memory of their pool; one thread uses a chunk at a time.
class CutChunk {
 public:
  /// The rows lie in the `capacity` bytes behind this object.
  CutChunk(CutChunkPool& pool, std::size_t capacity) : pool_(&pool), capacity_(capacity) {}

  CutHead head;
  // Computes the strategies' values for the cuts after `head.first`. Set in the first chunk of a
  // report, and only if there are strategies, and the report has rows and holds for more than one
  // cut.
  std::shared_ptr<const strategy::FrozenStrategies> frozen;
  CutChunk* next = nullptr;  // of the report, or of the list that holds the chunk meanwhile

  [[nodiscard]] bool has_room(std::size_t bytes) const { return capacity_ - used_ >= bytes; }
  /// Adds a row with these numbers of levels and values, for which there must be room. The caller
  /// fills in the rest of it, and all of what follows it.
  [[nodiscard]] FlatRow& add_row(u32 bids, u32 asks, u32 values) {
    auto& row = *new (rows() + used_) FlatRow;
    row.bids = bids;
    row.asks = asks;
    row.values = values;
    used_ += row.bytes();
    return row;
  }
  /// Calls f(row) for each row, in order.
  template <class F>
  void for_each_row(F f) const {
    for (std::size_t at = 0; at < used_;) {
      const auto& row = *std::launder(reinterpret_cast<const FlatRow*>(rows() + at));
      f(row);
      at += row.bytes();
    }
  }
  /// Makes the chunk empty, and part of no report.
  void clear() {
    head = {};
    frozen.reset();
    next = nullptr;
    used_ = 0;
  }
  [[nodiscard]] CutChunkPool& pool() const { return *pool_; }

 private:
  [[nodiscard]] std::byte* rows() { return reinterpret_cast<std::byte*>(this + 1); }
  [[nodiscard]] const std::byte* rows() const {
    return reinterpret_cast<const std::byte*>(this + 1);
  }

  CutChunkPool* pool_;
  std::size_t capacity_;
  std::size_t used_ = 0;
};
static_assert(sizeof(CutChunk) % alignof(FlatRow) == 0);

/// The chunks of one shard. They are all owned here, wherever they are. The pool grows with what is
/// under way, which is bounded by kMaxCutsAhead reports for each channel, and never shrinks.
class CutChunkPool {
 public:
  /// No row may be larger than `most_row_bytes`. Throws std::bad_alloc.
  explicit CutChunkPool(std::size_t most_row_bytes);
  CutChunkPool(const CutChunkPool&) = delete;
  CutChunkPool& operator=(const CutChunkPool&) = delete;
  ~CutChunkPool();

  /// Returns an empty chunk. Without a spare one, makes some, which takes system calls and page
  /// faults. The shard's thread. Throws std::bad_alloc.
  [[nodiscard]] CutChunk* take();
  /// Says how many rows the shard's reports may have from now on. Returns true if keep_spare()
  /// should be called for that. The shard's thread.
  [[nodiscard]] bool expect_rows(std::size_t rows);

  /// Gives a report's chunks back. The assembling thread. Throws std::bad_alloc, and has then given
  /// back only some of them.
  void give_back(CutChunk* report);
  /// Makes chunks until there are enough spare ones for two reports of the rows expected, and a few
  /// more. Returns true if it made any. The assembling thread. Throws std::bad_alloc.
  bool keep_spare();

  /// Returns how many chunks take() has made itself. Any thread.
  [[nodiscard]] u64 made_by_take() const { return made_by_take_.load(std::memory_order_relaxed); }

 private:
  /// Chunks that one thread cuts off a slab, one after another.
  struct Maker {
    std::vector<Pages> slabs;
    std::vector<CutChunk*> made;
    std::byte* next = nullptr;
    std::size_t left = 0;
  };
  [[nodiscard]] CutChunk* make(Maker& maker);
  [[nodiscard]] u64 wanted_spare() const;

  std::size_t most_row_bytes_;
  std::size_t chunk_bytes_;
  // The spare chunks. The assembling thread puts them in, the shard's thread takes them out.
  thread::HandOverQueue<CutChunk*> spare_;
  std::atomic<std::size_t> rows_{0};
  std::atomic<u64> taken_{0};  // out of spare_
  std::atomic<u64> made_by_take_{0};
  u64 put_ = 0;  // into spare_
  Maker of_shard_, of_assembler_;
};

}  // namespace tapedeck::pipeline
