// A slow obvious book for tests: a map of lists. It takes events literally: what it does not know
// it ignores, what it cannot take away it takes away as far as there is any.
#pragma once

#include <algorithm>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <unordered_map>

#include "engine/core/event.hpp"

namespace tapedeck::test {

class MapBook {
 public:
  struct Order {
    u64 id;
    i64 quantity;
  };
  using Queue = std::list<Order>;

  void apply(const Event& event) {
    const u64 id = event.order.id.value;
    if (event.kind == Kind::add) {
      if (places_.contains(id)) return;
      const Place place{event.side, key(event.side, event.order.price)};
      places_.emplace(id, place);
      side(event.side)[place.key].push_back({id, event.order.quantity.value});
    } else if (event.kind == Kind::remove) {
      take(id, std::nullopt);
    } else if (event.kind == Kind::reduce || event.kind == Kind::execute) {
      take(id, event.order.quantity.value);
    }
  }
  [[nodiscard]] std::optional<std::pair<Price, i64>> level(Side which, std::size_t depth) const {
    const auto& levels = which == Side::ask ? asks_ : bids_;
    if (depth >= levels.size()) return {};
    const auto& [price_key, queue] = *std::next(levels.begin(), static_cast<std::ptrdiff_t>(depth));
    i64 total = 0;
    for (const Order& order : queue) total += order.quantity;
    return std::pair{Price{which == Side::ask ? price_key : -price_key}, total};
  }
  [[nodiscard]] std::optional<u32> orders_ahead(OrderId id) const {
    const auto at = places_.find(id.value);
    if (at == places_.end()) return {};
    const auto& levels = at->second.side == Side::ask ? asks_ : bids_;
    u32 ahead = 0;
    for (const Order& order : levels.at(at->second.key)) {
      if (order.id == id.value) break;
      ++ahead;
    }
    return ahead;
  }
  [[nodiscard]] std::size_t levels(Side which) const {
    return which == Side::ask ? asks_.size() : bids_.size();
  }
  [[nodiscard]] bool knows(u64 id) const { return places_.contains(id); }

 private:
  struct Place {
    Side side;
    i64 key;
  };
  // Ascending keys run from the best price on both sides.
  static i64 key(Side side, Price price) { return side == Side::ask ? price.value : -price.value; }
  std::map<i64, Queue>& side(Side which) { return which == Side::ask ? asks_ : bids_; }
  void take(u64 id, std::optional<i64> quantity) {
    const auto at = places_.find(id);
    if (at == places_.end()) return;
    const Place place = at->second;
    Queue& queue = side(place.side)[place.key];
    const auto order = std::ranges::find(queue, id, &Order::id);
    if (quantity) order->quantity -= *quantity;
    if (quantity && order->quantity > 0) return;
    queue.erase(order);
    places_.erase(at);
    if (queue.empty()) side(place.side).erase(place.key);
  }

  std::map<i64, Queue> bids_;
  std::map<i64, Queue> asks_;
  std::unordered_map<u64, Place> places_;
};

}  // namespace tapedeck::test
