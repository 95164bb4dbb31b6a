// The resting orders of one instrument in the simulated venue. The instrument's market orders match
// against them.
//
// All orders have the same size; price-time priority. One thread. Invariants:
//  1. The best bid is below the best ask. The caller must not add a limit order that would cross.
//  2. Every level is a queue in the order of arrival; a market order takes from its front.
// Cost: constant time, except for the step to the next best level when a level is emptied, and for
// an order outside the ladder, which rebuilds it. Memory grows with the resting orders and the
// range of their prices; allocation only when the ladder is rebuilt or more orders rest than ever
// before.
#pragma once

#include <array>
#include <vector>

#include "feeds/simulated/zero_intelligence.hpp"

namespace tapedeck::simulated {

class VenueBook {
 public:
  struct Order {
    u64 id;
    Tick tick;
    Side side;
  };

  [[nodiscard]] bool has(Side side) const { return count(side) > 0; }
  /// The best price of a side that has orders.
  [[nodiscard]] Tick best(Side side) const { return best_[index(side)]; }
  [[nodiscard]] u32 live() const { return static_cast<u32>(live_.size()); }

  /// Adds the order at the back of its level. It must not cross.
  void add(const Order& order);
  /// Removes and returns the front order of the best level. The side must have orders.
  Order take_front(Side side);
  /// Removes and returns one order. `at`, below live(), is the order's index in an arbitrary
  /// sequence.
  Order take_any(u32 at);

 private:
  static constexpr u32 kNone = UINT32_MAX;
  struct Node {
    Order order;
    u32 previous, next;  // in its level's queue; `next` also links free nodes
    u32 place;           // index in live_
  };
  struct Level {
    u32 head = kNone, tail = kNone;
  };

  static constexpr std::size_t index(Side side) { return side == Side::bid ? 0 : 1; }
  [[nodiscard]] u32 count(Side side) const { return counts_[index(side)]; }
  [[nodiscard]] Level& level(Tick tick) { return ladder_[static_cast<std::size_t>(tick - low_)]; }
  void reach(Tick tick);
  Order take(u32 node);
  void step_back(Side side);

  std::vector<Level> ladder_;  // one level per tick, from low_ on
  Tick low_ = 0;
  std::array<Tick, 2> best_{};
  std::array<u32, 2> counts_{};
  std::vector<Node> nodes_;
  std::vector<u32> live_;  // nodes in use
  u32 free_ = kNone;
};

}  // namespace tapedeck::simulated
