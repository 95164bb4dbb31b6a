// One side of a book: its price levels in an array sorted so that the best is the last.
//
// One thread. The touch is where most events land, and the end of an array is where looking,
// inserting and erasing are cheapest. Prices are kept as ranks: larger is better on either side,
// so that both sides share every line of code and no branch asks which side this is.
#pragma once

#include <algorithm>
#include <vector>

#include "engine/book/handle_pool.hpp"

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

  [[nodiscard]] bool empty() const { return slots_.empty(); }
  [[nodiscard]] u32 size() const { return static_cast<u32>(slots_.size()); }
  [[nodiscard]] const Slot& best() const { return slots_.back(); }
  /// 0 is the best level.
  [[nodiscard]] const Slot& from_best(u32 depth) const { return slots_[slots_.size() - 1 - depth]; }

  /// Where `rank` is, or where it would have to be inserted.
  [[nodiscard]] std::size_t position(Rank rank) const {
    // Nearly all events fall within a few levels of the touch; the rest is worth a bisection.
    constexpr std::size_t kLookBack = 8;
    std::size_t at = slots_.size();
    const std::size_t stop = at > kLookBack ? at - kLookBack : 0;
    while (at > stop && slots_[at - 1].rank >= rank) --at;
    if (at > stop || stop == 0) return at;
    const auto found =
        std::lower_bound(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(stop), rank,
                         [](const Slot& slot, Rank sought) { return slot.rank < sought; });
    return static_cast<std::size_t>(found - slots_.begin());
  }
  /// kNoHandle where no level has this rank; `at` comes from position(rank).
  [[nodiscard]] Handle level_at(std::size_t at, Rank rank) const {
    return at < slots_.size() && slots_[at].rank == rank ? slots_[at].level : kNoHandle;
  }
  void insert(std::size_t at, Rank rank, Handle level) {
    slots_.insert(slots_.begin() + static_cast<std::ptrdiff_t>(at), Slot{rank, level});
  }
  void erase(std::size_t at) { slots_.erase(slots_.begin() + static_cast<std::ptrdiff_t>(at)); }
  void clear() { slots_.clear(); }

  /// Brings the part of the array nearest the touch closer.
  void prefetch() const {
    if (!slots_.empty()) __builtin_prefetch(&slots_.back());
  }

 private:
  std::vector<Slot> slots_;
};

}  // namespace tapedeck::book
