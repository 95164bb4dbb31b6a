// One side of a book: its price levels in arrays sorted so that the best is the last.
//
// One thread. The touch is where most events land, and the end of an array is where looking,
// inserting and erasing are cheapest. Prices are kept as ranks: larger is better on either side,
// so that both sides share every line of code and no branch asks which side this is.
// Ranks and handles lie in arrays of their own: a search reads ranks only, eight to a cache line.
// Cost: a search near the touch has no branch that depends on the price; growth doubles.
#pragma once

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

#include "engine/book/handle_pool.hpp"
#include "engine/core/prefetch.hpp"

namespace tapedeck::book {

/// Larger is better: the price itself for bids, its complement for asks (which, unlike the
/// negative, exists for every integer).
using Rank = i64;

[[nodiscard]] constexpr Rank rank_of(Price price, Side side) {
  return side == Side::bid ? price.value : ~price.value;
}
[[nodiscard]] constexpr Price price_of(Rank rank, Side side) {
  return {side == Side::bid ? rank : ~rank};
}

class PriceSide {
 public:
  struct Slot {
    Rank rank;
    Handle level;
  };

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] u32 size() const { return size_; }
  [[nodiscard]] Slot best() const { return from_best(0); }
  /// 0 is the best level.
  [[nodiscard]] Slot from_best(u32 depth) const {
    return {ranks_[size_ - 1 - depth], levels_[size_ - 1 - depth]};
  }

  /// Where `rank` is, or where it would have to be inserted: how many levels are worse than it.
  [[nodiscard]] u32 position(Rank rank) const {
    const u32 above = near_touch(rank);
    if (above < kNear || size_ <= kNear) [[likely]]
      return size_ - std::min(above, size_);
    return far_from_touch(rank);
  }
  /// kNoHandle where no level has this rank; `at` comes from position(rank).
  [[nodiscard]] Handle level_at(u32 at, Rank rank) const {
    return at < size_ && ranks_[at] == rank ? levels_[at] : kNoHandle;
  }
  /// The level of this rank if it is among the first kNear, for looking ahead.
  [[nodiscard]] Handle level_near_touch(Rank rank) const {
    if (size_ == 0) return kNoHandle;
    const u32 above = near_touch(rank);
    return above < kNear && above <= size_ ? level_at(size_ - above, rank) : kNoHandle;
  }

  void insert(u32 at, Rank rank, Handle level) {
    if (size_ == capacity_) grow();
    std::memmove(ranks_ + at + 1, ranks_ + at, (size_ - at) * sizeof(Rank));
    std::memmove(levels_ + at + 1, levels_ + at, (size_ - at) * sizeof(Handle));
    ranks_[at] = rank;
    levels_[at] = level;
    ++size_;
  }
  void erase(u32 at) {
    --size_;
    std::memmove(ranks_ + at, ranks_ + at + 1, (size_ - at) * sizeof(Rank));
    std::memmove(levels_ + at, levels_ + at + 1, (size_ - at) * sizeof(Handle));
  }
  void clear() { size_ = 0; }

  /// Brings the part of the arrays nearest the touch closer.
  void prefetch() const {
    if (size_ == 0) return;
    tapedeck::prefetch(ranks_ + size_ - 1);
    tapedeck::prefetch(ranks_ + size_ - 9);  // kNear ranks lie ahead of the first, so it exists
    tapedeck::prefetch(levels_ + size_ - 1);
  }
  void prefetch_best() const {
    if (size_ != 0) tapedeck::prefetch(ranks_ + size_ - 1);
  }

 private:
  static constexpr u32 kNear = 16;
  static constexpr u32 kFirstCapacity = 16;

  // How many of the kNear best are at least as good as `rank`. The places ahead of the array hold
  // the worst rank there is, so that a short array needs no special case.
  [[nodiscard]] u32 near_touch(Rank rank) const {
    if (capacity_ == 0) return 0;
    u32 above = 0;
    const Rank* const from = ranks_ + size_ - kNear;
    for (u32 i = 0; i < kNear; ++i) above += from[i] >= rank ? 1 : 0;
    return above;
  }

  [[nodiscard]] u32 far_from_touch(Rank rank) const {
    // Halving without a branch on the data: the compiler makes the choice a conditional move.
    const Rank* base = ranks_;
    u32 length = size_ - kNear;
    while (length > 0) {
      const u32 half = length / 2;
      const bool worse = base[half] < rank;
      base = worse ? base + half + 1 : base;
      length = worse ? length - half - 1 : half;
    }
    return static_cast<u32>(base - ranks_);
  }
  void grow() {
    const u32 capacity = capacity_ == 0 ? kFirstCapacity : 2 * capacity_;
    auto memory = std::make_unique_for_overwrite<Rank[]>(kNear + capacity + (capacity + 1) / 2);
    std::fill_n(memory.get(), kNear, std::numeric_limits<Rank>::min());
    Rank* const ranks = memory.get() + kNear;
    auto* const levels = reinterpret_cast<Handle*>(ranks + capacity);
    if (size_ > 0) {
      std::memcpy(ranks, ranks_, size_ * sizeof(Rank));
      std::memcpy(levels, levels_, size_ * sizeof(Handle));
    }
    memory_ = std::move(memory);
    ranks_ = ranks;
    levels_ = levels;
    capacity_ = capacity;
  }

  Rank* ranks_ = nullptr;     // [-kNear, capacity)
  Handle* levels_ = nullptr;  // [0, capacity)
  u32 size_ = 0;
  u32 capacity_ = 0;
  std::unique_ptr<Rank[]> memory_;
};

}  // namespace tapedeck::book
