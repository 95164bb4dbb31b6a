// How much a run's books may hold, over all shards together: a limit that is reached stops the run,
// with everything that was read by then applied and reported, before memory runs out.
//
// Every shard reports what its books hold, its own thread, after each batch. Cost: three compares,
// but where a shard's books have grown by a good part of what is left: then it adds up all shards'.
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
  /// `stop` is requested when a limit is reached; it must outlive this.
  BookBudget(const BookLimits& limits, u32 shards, thread::StopFlag& stop);

  /// What the books of `shard` hold now. That shard's thread.
  void report(u32 shard, const BookLimits& held) {
    Share& share = shares_[shard];
    const bool has_grown = held.orders >= share.look_at.orders ||
                           held.levels >= share.look_at.levels || held.bytes >= share.look_at.bytes;
    if (has_grown) [[unlikely]]
      add_up(share, held);
  }
  /// Which limit was reached first, if any. Any thread.
  [[nodiscard]] BookLimit reached() const { return reached_.load(std::memory_order_relaxed); }

 private:
  struct alignas(64) Share {
    BookLimits look_at{0, 0, 0};  // when to add up again; its shard's own
    std::array<std::atomic<u64>, 3> held{};
  };

  void add_up(Share& share, const BookLimits& held);

  std::array<u64, 3> limits_;
  std::deque<Share> shares_;
  thread::StopFlag& stop_;
  std::atomic<BookLimit> reached_{BookLimit::none};
};

}  // namespace tapedeck::pipeline
