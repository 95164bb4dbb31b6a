#include "engine/pipeline/book_budget.hpp"

#include <algorithm>

namespace tapedeck::pipeline {

BookBudget::BookBudget(const BookLimits& limits, u32 shards, thread::StopFlag& stop)
    : limits_{limits.orders, limits.levels, limits.bytes}, stop_(stop) {
  for (u32 i = 0; i < shards; ++i) shares_.emplace_back();
}

void BookBudget::add_up(Share& share, const BookLimits& held) {
  const std::array<u64, 3> own{held.orders, held.levels, held.bytes};
  std::array<u64*, 3> look_at{&share.look_at.orders, &share.look_at.levels, &share.look_at.bytes};
  for (std::size_t i = 0; i < own.size(); ++i) {
    share.held[i].store(own[i], std::memory_order_relaxed);
    u64 all = 0;
    for (const Share& each : shares_) all += each.held[i].load(std::memory_order_relaxed);
    if (all >= limits_[i]) {
      BookLimit none = BookLimit::none;
      const auto which = static_cast<BookLimit>(i + 1);
      if (reached_.compare_exchange_strong(none, which, std::memory_order_relaxed)) stop_.request();
      *look_at[i] = std::numeric_limits<u64>::max();  // it stops, and that is said
    } else {
      // Even if all grow at once, none of them overshoots by more than a batch.
      *look_at[i] = own[i] + 1 + (limits_[i] - all) / (2 * shares_.size());
    }
  }
}

}  // namespace tapedeck::pipeline
