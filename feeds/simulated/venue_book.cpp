#include "feeds/simulated/venue_book.hpp"

#include <algorithm>
#include <cassert>

namespace tapedeck::simulated {

void VenueBook::add(const Order& order) {
  assert(!has(opposite(order.side)) ||
         (order.side == Side::bid ? order.tick < best(Side::ask) : order.tick > best(Side::bid)));
  reach(order.tick);
  u32 node = free_;
  if (node == kNone) {
    node = static_cast<u32>(nodes_.size());
    nodes_.emplace_back();
  } else {
    free_ = nodes_[node].next;
  }
  Level& queue = level(order.tick);
  nodes_[node] = {order, queue.tail, kNone, live()};
  (queue.tail == kNone ? queue.head : nodes_[queue.tail].next) = node;
  queue.tail = node;
  live_.push_back(node);

  Tick& best_tick = best_[index(order.side)];
  const bool better = order.side == Side::bid ? order.tick > best_tick : order.tick < best_tick;
  if (!has(order.side) || better) best_tick = order.tick;
  ++counts_[index(order.side)];
}

VenueBook::Order VenueBook::take_front(Side side) {
  return take(level(best(side)).head);
}

VenueBook::Order VenueBook::take_any(u32 at) {
  return take(live_[at]);
}

VenueBook::Order VenueBook::take(u32 at) {
  const Node node = nodes_[at];
  Level& queue = level(node.order.tick);
  (node.previous == kNone ? queue.head : nodes_[node.previous].next) = node.next;
  (node.next == kNone ? queue.tail : nodes_[node.next].previous) = node.previous;

  nodes_[live_.back()].place = node.place;
  live_[node.place] = live_.back();
  live_.pop_back();
  nodes_[at].next = free_;
  free_ = at;

  const Side side = node.order.side;
  --counts_[index(side)];
  if (queue.head == kNone && node.order.tick == best(side) && has(side)) step_back(side);
  return node.order;
}

// Moves the best price to the next level with orders, which must exist.
void VenueBook::step_back(Side side) {
  Tick& tick = best_[index(side)];
  const Tick step = side == Side::bid ? -1 : 1;
  do tick += step;
  while (level(tick).head == kNone);
}

// Makes the ladder cover `tick`: rebuilds it around the live orders, with as many spare levels
// again.
void VenueBook::reach(Tick tick) {
  const auto size = static_cast<Tick>(ladder_.size());
  if (tick >= low_ && tick < low_ + size) [[likely]]
    return;
  Tick lowest = tick;
  Tick highest = tick;
  for (const u32 node : live_) {
    lowest = std::min(lowest, nodes_[node].order.tick);
    highest = std::max(highest, nodes_[node].order.tick);
  }
  constexpr Tick kSpare = 64;
  const Tick span = highest - lowest + 1;
  const Tick margin = span / 2 + kSpare;
  std::vector<Level> wider(static_cast<std::size_t>(span + 2 * margin));
  const Tick low = lowest - margin;
  for (Tick at = std::max(lowest, low_); at <= highest && at < low_ + size; ++at) {
    wider[static_cast<std::size_t>(at - low)] = level(at);
  }
  ladder_ = std::move(wider);
  low_ = low;
}

}  // namespace tapedeck::simulated
