// The resting orders of one instrument in the simulated venue. Market orders execute against these
// orders.
//
// All orders have the same size. Orders have price-time priority. One thread. Invariants:
//  1. The best bid is below the best ask. The caller must not add a limit order that would cross.
//  2. Every level is a queue in the order of arrival. A market order takes the front order.
// The ladder is an array with one level per tick. Cost: constant time, with two exceptions. When
// the best level becomes empty, the search for the next best level visits the ticks between them.
// An order outside the ladder's range rebuilds the ladder.
// Memory grows with the number of resting orders and the range of their prices. Allocates only when
// the ladder is rebuilt, or when more orders rest than ever before.
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
  /// Returns a side's best price. The side must have orders.
  [[nodiscard]] Tick best(Side side) const { return best_[index(side)]; }
  [[nodiscard]] u32 live() const { return static_cast<u32>(live_.size()); }

  /// Adds the order at the back of its level. The order must not cross the other side's best price.
  void add(const Order& order);
  /// Removes and returns the front order of the best level. The side must have orders.
  Order take_front(Side side);
  /// Removes and returns the order at index `at` of the live orders, which are in no particular
  /// order. `at` must be below live().
  Order take_any(u32 at);

 private:
  static constexpr u32 kNone = UINT32_MAX;
  struct Node {
    Order order;
    u32 previous, next;  // neighbours in the level's queue; `next` also links free nodes
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
  std::vector<u32> live_;  // indices of the nodes in use
  u32 free_ = kNone;
};

}  // namespace tapedeck::simulated
