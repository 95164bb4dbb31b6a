#include "engine/pipeline/book_budget.hpp"

#include <algorithm>

namespace tapedeck::pipeline {

BookBudget::BookBudget(const BookLimits& limits, u32 shards, thread::StopFlag& stop)
    : limits_{limits.orders, limits.levels, limits.bytes}, stop_(stop) {
  for (u32 i = 0; i < shards; ++i) shares_.emplace_back();
}

void BookBudget::add_up(Share& share, const std::array<u64, kLimits>& own) {
  for (std::size_t i = 0; i < kLimits; ++i) {
    share.held[i].store(own[i], std::memory_order_relaxed);
    u64 all = 0;
    for (const Share& each : shares_) all += each.held[i].load(std::memory_order_relaxed);
    if (all >= limits_[i]) {
      BookLimit none = BookLimit::none;
      const auto which = static_cast<BookLimit>(i + 1);
      if (reached_.compare_exchange_strong(none, which, std::memory_order_relaxed)) stop_.request();
    }
    // Even if all shards grow at once, none overshoots by more than a batch. The lower bound is
    // needed because a shard that has shrunk must not grow back without a new sum.
    const u64 left = limits_[i] - std::min(all, limits_[i]);
    const u64 unseen = left / (4 * shares_.size());
    share.look_above[i] = own[i] + 1 + unseen;
    share.look_below[i] = own[i] - std::min(own[i], unseen);
  }
}

}  // namespace tapedeck::pipeline
