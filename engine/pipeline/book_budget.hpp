// Limits the orders, levels and memory of all shards' books together. Reaching a limit stops the
// run before memory runs out. The events that were read before the stop are still applied and
// reported.
//
// After each batch, a shard's thread reports how much the shard's books hold. Cost of a report: six
// compares. A shard that adds up all shards' books also computes the headroom below each limit. It
// adds them up again only after its own books have grown or shrunk by a fixed share of that
// headroom.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <limits>

#include "engine/pipeline/engine_config.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::pipeline {

class BookBudget {
 public:
  /// Reaching a limit requests `stop`, which must outlive the budget.
  BookBudget(const BookLimits& limits, u32 shards, thread::StopFlag& stop);

  /// Reports how much the books of `shard` hold now. Called by that shard's thread.
  void report(u32 shard, const BookLimits& held) {
    Share& share = shares_[shard];
    const std::array<u64, kLimits> own{held.orders, held.levels, held.bytes};
    bool has_changed = false;
    for (std::size_t i = 0; i < kLimits; ++i) {
      has_changed |= own[i] >= share.look_above[i] || own[i] < share.look_below[i];
    }
    if (has_changed) [[unlikely]]
      add_up(share, own);
  }
  /// Returns the limit that was reached first, if any. Any thread.
  [[nodiscard]] BookLimit reached() const { return reached_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kLimits = 3;  // in the order of BookLimit

  struct alignas(64) Share {
    // report() adds up all shards again when a value is outside these bounds. Only the shard's own
    // thread uses them.
    std::array<u64, kLimits> look_above{}, look_below{};
    std::array<std::atomic<u64>, kLimits> held{};
  };

  void add_up(Share& share, const std::array<u64, kLimits>& own);

  std::array<u64, kLimits> limits_;
  std::deque<Share> shares_;
  thread::StopFlag& stop_;
  std::atomic<BookLimit> reached_{BookLimit::none};
};

}  // namespace tapedeck::pipeline
