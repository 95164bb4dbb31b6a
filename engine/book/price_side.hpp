// One side of a book: an array of price levels, sorted from the worst level to the best.
//
// One thread. The best level is last, because most events change levels near the touch, and the end
// of an array is the cheapest place to search, insert and erase. Prices are stored as ranks. A
// larger rank is better on both sides, so both sides run the same code without a branch on the
// side.
// A slot of eight bytes holds a rank in its upper bits and the handle of the rank's level in its
// lower bits. So there is only one array to search, move and fetch, and a cache line holds eight
// levels. A slot holds the exact rank of any price below 429,496 that is a multiple of 0.0001, as
// on ITCH and most venues. For other prices the slot holds a rounded rank, and the search reads the
// exact rank from the level, which is slower.
//
// Cost: a search near the touch has no branch that depends on the price. A full array doubles its
// capacity.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <limits>
#include <memory_resource>
#include <span>

#include "engine/book/handle_pool.hpp"
#include "engine/core/simd.hpp"

namespace tapedeck::book {

/// A larger rank is a better price. A bid's rank is its price. An ask's rank is the bitwise
/// complement of its price, because every integer has a complement, but the smallest one has no
/// negative.
using Rank = i64;

[[nodiscard]] constexpr Rank rank_of(Price price, Side side) {
  return price.value ^ -i64{side != Side::bid};  // flips all bits or none: no branch on the side
}
[[nodiscard]] constexpr Price price_of(Rank rank, Side side) {
  return {rank ^ -i64{side != Side::bid}};
}

class PriceSide {
 public:
  using Slot = i64;  // slots compare in the same order as their ranks
  /// Every level's handle is a multiple of this.
  static constexpr Handle kHandleStep = 4;

  /// The array index at which a rank is or would be inserted, and the handle of the rank's level,
  /// or kNoHandle if the side has no such level.
  struct Place {
    u32 at;
    Handle level;
    Slot slot;  // the slot of this rank, without a handle
  };

  PriceSide() = default;
  PriceSide(const PriceSide&) = delete;
  PriceSide& operator=(const PriceSide&) = delete;

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] u32 size() const { return size_; }
  /// Returns the best level's rank without reading the array. Returns the worst possible rank if
  /// the side is empty.
  [[nodiscard]] Rank best_rank() const { return best_; }
  /// Returns a level's handle; depth 0 is the best level.
  [[nodiscard]] Handle from_best(u32 depth) const {
    assert(depth < size_);
    return level_in(slots_[size_ - 1 - depth]);
  }

  // `true_rank(handle)`, here and below, returns the exact rank of a level of this side.
  template <class TrueRank>
  [[nodiscard]] Place find(Rank rank, const TrueRank& true_rank) const {
    const auto [slot, on_grid] = slot_of(rank);
    if (!on_grid) [[unlikely]]
      return find_off_grid(rank, true_rank);
    const u32 at = position(slot);
    return {at, at < size_ && have_same_rank(slots_[at], slot) ? level_in(slots_[at]) : kNoHandle,
            slot};
  }
  /// Returns the level of this rank if it is one of the kNear - 1 best levels, else kNoHandle. The
  /// result is a hint for BookSet's look-ahead.
  [[nodiscard]] Handle level_near_touch(Rank rank) const {
    const Slot wanted = slot_of(rank).slot;
    const u32 above = near_touch(wanted);
    if (above - 1 >= std::min(kNear - 1, size_)) return kNoHandle;  // also true for 0, which wraps
    const Slot slot = slots_[size_ - above];
    return have_same_rank(slot, wanted) ? level_in(slot) : kNoHandle;
  }

  /// `memory` provides the array. It must be the same resource in every call, and must outlive the
  /// side. The side never frees its last array, because the resource frees all memory at its end.
  void insert(const Place& place, Rank rank, Handle level, std::pmr::memory_resource& memory) {
    assert(place.at <= size_ && place.level == kNoHandle && "find() gave `place`, for a new rank");
    assert(level != kNoHandle && level % kHandleStep == 0);
    if (size_ == capacity_) [[unlikely]]
      grow(memory);
    Slot* const slot = slots_ + place.at;
    const u32 above = size_ - place.at;
    move(slot, slot + 1, above);
    *slot = place.slot | level / kHandleStep;
    ++size_;
    if (above == 0) best_ = rank;
  }
  template <class TrueRank>
  void erase(u32 at, const TrueRank& true_rank) {
    assert(at < size_);
    --size_;
    move(slots_ + at + 1, slots_ + at, size_ - at);
    const Slot last = slots_[i64{size_} - 1];
    best_ = rank_in(last);
    if (!is_on_grid(last)) [[unlikely]]
      best_ = size_ == 0 ? kWorst : true_rank(level_in(last));
  }
  void clear() {
    size_ = 0;
    best_ = kWorst;
  }

  /// Returns the cache lines that a search near the touch reads, so that BookSet's look-ahead can
  /// prefetch them.
  [[nodiscard]] std::array<const void*, 3> near_lines() const {
    return {slots_ + size_ - 1, slots_ + size_ - kNear / 2 - 1, slots_ + size_ - kNear};
  }

 private:
  static constexpr u32 kNear = 16;
  static constexpr u32 kFirstCapacity = 16;
  static constexpr Rank kWorst = std::numeric_limits<Rank>::min();

  // The fields of a slot, from the top bit: the rank in grid steps of 0.0001, one bit that is set
  // if the rank lies off the grid, and the handle divided by kHandleStep. The number of steps is
  // negative if the rank is negative, such as the rank of an ask with a positive price.
  static constexpr u32 kHandleBits = 30;
  static_assert((u64{1} << kHandleBits) * kHandleStep == u64{1} << 32, "every handle has room");
  static constexpr Slot kOffGrid = Slot{1} << kHandleBits;
  static constexpr i64 kGrid = kPriceUnitsPerOne / 10'000;
  static constexpr i64 kBeyond =
      (i64{1} << (63 - kHandleBits - 1)) - 1;  // this number of steps, or any larger one
  // The value of the kNear padding slots in front of the array. A search of an empty side reads
  // only these slots.
  static constexpr Slot kNone = kWorst | kOffGrid;
  static constexpr std::array<Slot, kNear> kNothing = [] {
    std::array<Slot, kNear> nothing{};
    nothing.fill(kNone);
    return nothing;
  }();

  struct OnGrid {
    Slot slot;  // without a handle
    bool on_grid;
  };
  // Divides the rank by kGrid without a division. Multiplying by the inverse of the odd part of
  // kGrid divides exactly by the odd part. Rotating right divides by the power of two in kGrid. If
  // the rank is not a multiple of kGrid, the result is larger than any valid number of steps.
  [[nodiscard]] static OnGrid slot_of(Rank rank) {
    constexpr int kTwos = std::countr_zero(static_cast<u64>(kGrid));
    constexpr u64 kOdd = static_cast<u64>(kGrid) >> kTwos;
    constexpr u64 kInverse = [] {
      u64 inverse = kOdd;  // correct in its lowest three bits; each round doubles the correct bits
      for (int bits = 3; bits < 64; bits *= 2) inverse *= 2 - kOdd * inverse;
      return inverse;
    }();
    static_assert(kOdd * kInverse == 1);
    const i64 below_zero = rank >> 63;
    const u64 steps = std::rotr(static_cast<u64>(rank ^ below_zero) * kInverse, kTwos);
    return {slot_from(static_cast<i64>(steps) ^ below_zero), steps < static_cast<u64>(kBeyond)};
  }
  // Returns the slot of `rank` rounded down (to a worse price) to a whole grid step, with the
  // off-grid bit set.
  [[nodiscard]] static Slot slot_off_grid(Rank rank) {
    const i64 below_zero = rank >> 63;
    const i64 size = rank ^ below_zero;
    const i64 steps = size / kGrid + (below_zero != 0 && size % kGrid != 0 ? 1 : 0);
    return slot_from(std::min(steps, kBeyond) ^ below_zero) | kOffGrid;
  }
  [[nodiscard]] static Slot slot_from(i64 steps) {
    return static_cast<Slot>(static_cast<u64>(steps) << (kHandleBits + 1));
  }
  [[nodiscard]] static bool is_on_grid(Slot slot) { return (slot & kOffGrid) == 0; }
  [[nodiscard]] static bool have_same_rank(Slot a, Slot b) {
    return a >> kHandleBits == b >> kHandleBits;
  }
  // Returns the rank in a slot on the grid.
  [[nodiscard]] static Rank rank_in(Slot slot) {
    const i64 steps = slot >> (kHandleBits + 1);
    const i64 below_zero = steps >> 63;
    return (steps ^ below_zero) * kGrid ^ below_zero;
  }
  [[nodiscard]] static Handle level_in(Slot slot) {
    return static_cast<Handle>(slot) * kHandleStep;  // drops the bits above the handle
  }

  // Returns how many levels are worse than the rank in `lowest`. This number is the array index of
  // the rank.
  [[nodiscard]] u32 position(Slot lowest) const {
    const u32 above = near_touch(lowest);
    if (above < kNear || size_ <= kNear) [[likely]]
      return size_ - std::min(above, size_);
    return far_from_touch(lowest);
  }
  // Returns how many of the kNear best levels are at least as good as the rank in `lowest`. An
  // array with fewer levels needs no special case, because the padding slots in front of it have
  // the worst rank.
  [[nodiscard]] u32 near_touch(Slot lowest) const {
    return kNear - count_less(slots_ + size_ - kNear, lowest);
  }
  [[nodiscard]] u32 far_from_touch(Slot lowest) const {
    // A binary search without a branch on the data: the compiler makes the choice a conditional
    // move.
    const Slot* base = slots_;
    u32 length = size_ - kNear;
    while (length > 0) {
      const u32 half = length / 2;
      const bool worse = base[half] < lowest;
      base = worse ? base + half + 1 : base;
      length = worse ? length - half - 1 : half;
    }
    return static_cast<u32>(base - slots_);
  }
  template <class TrueRank>
  [[nodiscard, gnu::noinline]] Place find_off_grid(Rank rank, const TrueRank& true_rank) const {
    const auto rank_at = [&](Slot slot) {
      return is_on_grid(slot) ? rank_in(slot) : true_rank(level_in(slot));
    };
    const std::span<const Slot> slots{slots_, size_};
    const auto found =
        std::ranges::partition_point(slots, [&](Slot slot) { return rank_at(slot) < rank; });
    return {static_cast<u32>(found - slots.begin()),
            found != slots.end() && rank_at(*found) == rank ? level_in(*found) : kNoHandle,
            slot_off_grid(rank)};
  }

  // Copies `count` slots. If `count` is at most kNear, copies kNear slots instead, because a copy
  // of fixed size needs neither a loop nor a call. Therefore the array has kNear spare slots after
  // its end.
  static void move(const Slot* from, Slot* to, u32 count) {
    if (count <= kNear) [[likely]] {
      std::array<Slot, kNear> block;
      std::memcpy(&block, from, sizeof block);
      std::memcpy(to, &block, sizeof block);
    } else {
      std::memmove(to, from, count * sizeof(Slot));
    }
  }

  // Returns the bytes to allocate for an array: kNear padding slots of the worst rank in front, the
  // array, and kNear spare slots for move() behind it.
  [[nodiscard]] static constexpr std::size_t bytes_for(u32 capacity) {
    return (kNear + capacity + kNear) * sizeof(Slot);
  }
  [[gnu::noinline]] void grow(std::pmr::memory_resource& memory) {
    const u32 capacity = capacity_ == 0 ? kFirstCapacity : 2 * capacity_;
    auto* const start = static_cast<Slot*>(memory.allocate(bytes_for(capacity), alignof(Slot)));
    std::fill_n(start, kNear, kNone);
    Slot* const slots = start + kNear;
    if (capacity_ > 0) {
      std::memcpy(slots, slots_, size_ * sizeof(Slot));
      memory.deallocate(slots_ - kNear, bytes_for(capacity_), alignof(Slot));
    }
    slots_ = slots;
    capacity_ = capacity;
  }

  Slot* slots_ = const_cast<Slot*>(kNothing.data()) + kNear;  // [-kNear, capacity + kNear)
  Rank best_ = kWorst;
  u32 size_ = 0;
  u32 capacity_ = 0;
};

}  // namespace tapedeck::book
