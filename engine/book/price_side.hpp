// One side of a book: its price levels in arrays sorted so that the best is the last.
//
// One thread. The touch is where most events land, and the end of an array is where looking,
// inserting and erasing are cheapest. Prices are kept as ranks: larger is better on either side,
// so that both sides share every line of code and no branch asks which side this is.
// Ranks and handles lie in arrays of their own: a search reads ranks only, eight to a cache line.
// Cost: a search near the touch has no branch that depends on the price; growth doubles.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory_resource>

#include "engine/book/handle_pool.hpp"
#include "engine/core/lanes.hpp"

namespace tapedeck::book {

/// Larger is better: the price itself for bids, its complement for asks (which, unlike the
/// negative, exists for every integer).
using Rank = i64;

[[nodiscard]] constexpr Rank rank_of(Price price, Side side) {
  return price.value ^ -i64{side != Side::bid};  // all bits turned or none: no branch on the side
}
[[nodiscard]] constexpr Price price_of(Rank rank, Side side) {
  return {rank ^ -i64{side != Side::bid}};
}

class PriceSide {
 public:
  struct Slot {
    Rank rank;
    Handle level;
  };

  PriceSide() = default;
  PriceSide(const PriceSide&) = delete;
  PriceSide& operator=(const PriceSide&) = delete;

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] u32 size() const { return size_; }
  /// Without a look at the arrays. The worst rank there is for an empty side.
  [[nodiscard]] Rank best_rank() const { return best_; }
  [[nodiscard]] Slot best() const { return from_best(0); }
  /// 0 is the best level.
  [[nodiscard]] Slot from_best(u32 depth) const {
    return {ranks_[size_ - 1 - depth], levels()[size_ - 1 - depth]};
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
    return at < size_ && ranks_[at] == rank ? levels()[at] : kNoHandle;
  }
  /// The level of this rank if it is among the first kNear, for looking ahead.
  [[nodiscard]] Handle level_near_touch(Rank rank) const {
    const u32 above = near_touch(rank);
    return above < kNear && above <= size_ ? level_at(size_ - above, rank) : kNoHandle;
  }

  /// `memory`: where the arrays lie, always the same; it must outlive the side, and takes them back
  /// as a whole.
  void insert(u32 at, Rank rank, Handle level, std::pmr::memory_resource& memory) {
    if (size_ == capacity_) [[unlikely]]
      grow(memory);
    const u32 above = size_ - at;
    move(ranks_ + at, ranks_ + at + 1, above);
    move(levels() + at, levels() + at + 1, above);
    ranks_[at] = rank;
    levels()[at] = level;
    ++size_;
    best_ = ranks_[size_ - 1];
  }
  void erase(u32 at) {
    --size_;
    const u32 above = size_ - at;
    move(ranks_ + at + 1, ranks_ + at, above);
    move(levels() + at + 1, levels() + at, above);
    best_ = ranks_[i64{size_} - 1];
  }
  void clear() {
    size_ = 0;
    best_ = kWorst;
  }

  /// What a search near the touch reads, for looking ahead.
  [[nodiscard]] std::array<const void*, 4> near_lines() const {
    return {ranks_ + size_ - 1, ranks_ + size_ - 9, ranks_ + size_ - kNear, levels() + size_ - 1};
  }

 private:
  static constexpr u32 kNear = 16;
  static constexpr u32 kFirstCapacity = 16;
  static constexpr Rank kWorst = std::numeric_limits<Rank>::min();
  // What an empty side's search reads.
  static constexpr std::array<Rank, kNear> kNothing = [] {
    std::array<Rank, kNear> worst{};
    worst.fill(kWorst);
    return worst;
  }();

  [[nodiscard]] Handle* levels() const {
    return reinterpret_cast<Handle*>(ranks_ + capacity_ + kNear);
  }

  // How many of the kNear best are at least as good as `rank`. The places ahead of the array hold
  // the worst rank there is, so that a short array needs no special case.
  [[nodiscard]] u32 near_touch(Rank rank) const {
    return kNear - count_less(ranks_ + size_ - kNear, rank);
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

  // Near the touch always kNear at once, which needs no branch and no call: both arrays have that
  // much room behind them.
  template <class T>
  static void move(const T* from, T* to, u32 count) {
    if (count <= kNear) [[likely]] {
      std::array<T, kNear> block;
      std::memcpy(&block, from, sizeof block);
      std::memcpy(to, &block, sizeof block);
    } else {
      std::memmove(to, from, count * sizeof(T));
    }
  }

  // Ahead kNear of the worst rank; behind each array room for move().
  [[nodiscard]] static constexpr std::size_t bytes_for(u32 capacity) {
    return (kNear + capacity + kNear) * sizeof(Rank) + (capacity + kNear) * sizeof(Handle);
  }
  [[gnu::noinline]] void grow(std::pmr::memory_resource& memory) {
    const u32 capacity = capacity_ == 0 ? kFirstCapacity : 2 * capacity_;
    auto* const start = static_cast<Rank*>(memory.allocate(bytes_for(capacity), alignof(Rank)));
    std::fill_n(start, kNear, kWorst);
    Rank* const ranks = start + kNear;
    if (capacity_ > 0) {
      std::memcpy(ranks, ranks_, size_ * sizeof(Rank));
      std::memcpy(ranks + capacity + kNear, levels(), size_ * sizeof(Handle));
      memory.deallocate(ranks_ - kNear, bytes_for(capacity_), alignof(Rank));
    }
    ranks_ = ranks;
    capacity_ = capacity;
  }

  Rank* ranks_ = const_cast<Rank*>(kNothing.data()) + kNear;  // [-kNear, capacity + kNear)
  Rank best_ = kWorst;                                        // of ranks_[size_ - 1]
  u32 size_ = 0;
  u32 capacity_ = 0;
};

}  // namespace tapedeck::book
