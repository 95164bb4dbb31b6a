// The small book behind one instrument of the demo flow: which orders are live and where, so that
// the flow never crosses it and always executes at the front. One thread.
#pragma once

#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

#include "engine/core/random.hpp"

namespace tapedeck::test {

class DemoMarket {
 public:
  static constexpr u32 kTick = 100;  // 0.01 in ITCH's units of 1e-4

  struct Order {
    u64 reference;
    bool buy;
    u32 shares;
    u32 price;
  };

  explicit DemoMarket(Random& random) : random_(random) {
    mid_ticks_ = kLowestMid + static_cast<u32>(random_.below(kHighestStart - kLowestMid));
  }

  [[nodiscard]] std::size_t live() const { return references_.size(); }
  [[nodiscard]] u32 mid() const { return mid_ticks_ * kTick; }

  /// An order that fits the book as it is, in no queue yet.
  [[nodiscard]] Order draw_order(u64 reference, bool buy) {
    const u64 shares = random_.chance(0.7) ? 100 * (1 + random_.below(5)) : 1 + random_.below(99);
    return {reference, buy, static_cast<u32>(shares), draw_price(buy)};
  }
  void insert(const Order& order) {
    side(order.buy)[key(order)].push_back(order.reference);
    orders_.emplace(order.reference, Place{order, references_.size()});
    references_.push_back(order.reference);
  }
  /// Any live order; the caller has checked live().
  [[nodiscard]] const Order& any() {
    return orders_.at(references_[random_.below(references_.size())]).order;
  }
  /// The order that trades next on one of the sides; the caller has checked live().
  [[nodiscard]] const Order& front() {
    const bool buy = asks_.empty() || (!bids_.empty() && random_.chance(0.5));
    return orders_.at(side(buy).begin()->second.front()).order;
  }
  void reduce(u64 reference, u32 shares) {
    Order& order = orders_.at(reference).order;
    order.shares -= shares;
    if (order.shares == 0) remove(reference);
  }
  void remove(u64 reference) {
    const Place place = orders_.at(reference);
    const auto level = side(place.order.buy).find(key(place.order));
    std::erase(level->second, reference);
    if (level->second.empty()) side(place.order.buy).erase(level);
    // The last of the list takes the gap.
    references_[place.at] = references_.back();
    orders_.at(references_.back()).at = place.at;
    references_.pop_back();
    orders_.erase(reference);
  }
  /// The price drifts, one tick now and then.
  void drift() {
    if (!random_.chance(0.1)) return;
    if (random_.chance(0.5)) {
      ++mid_ticks_;
    } else if (mid_ticks_ > kLowestMid) {
      --mid_ticks_;
    }
  }

 private:
  static constexpr u32 kLowestMid = 500;        // 5.00: no price comes near zero
  static constexpr u32 kHighestStart = 30'000;  // 300.00
  static constexpr u32 kDeepest = 20;           // ticks from the mid

  struct Place {
    Order order;
    std::size_t at;  // in references_
  };
  // Ascending keys run from the best price on both sides.
  using Levels = std::map<i64, std::deque<u64>>;

  static i64 key(const Order& order) { return order.buy ? -i64{order.price} : i64{order.price}; }
  Levels& side(bool buy) { return buy ? bids_ : asks_; }
  // Near the mid more often than far from it, and always on its own side of the other's best.
  u32 draw_price(bool buy) {
    const u32 distance = 1 + static_cast<u32>(random_.below(1 + random_.below(kDeepest)));
    if (buy) {
      const u32 wanted = (mid_ticks_ - distance) * kTick;
      if (asks_.empty()) return wanted;
      return std::min(wanted, static_cast<u32>(asks_.begin()->first) - kTick);
    }
    const u32 wanted = (mid_ticks_ + distance) * kTick;
    if (bids_.empty()) return wanted;
    return std::max(wanted, static_cast<u32>(-bids_.begin()->first) + kTick);
  }

  Random& random_;
  u32 mid_ticks_;
  Levels bids_;
  Levels asks_;
  std::unordered_map<u64, Place> orders_;  // looked up only: its order of iteration decides nothing
  std::vector<u64> references_;
};

}  // namespace tapedeck::test
