// A small market that writes LOBSTER pairs: a full book underneath, of which the files show the
// best N levels only, as the real ones do. The same seed writes the same pair.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "engine/core/random.hpp"
#include "engine/core/types.hpp"

namespace tapedeck::test {

struct LobsterPair {
  std::string messages;
  std::string book;
  std::vector<int> types;  // of every row
};

class LobsterMarket {
 public:
  LobsterMarket(u64 seed, std::size_t depth) : random_(seed), depth_(depth) {}

  /// `unseen` actions happen before the recording starts.
  LobsterPair record(std::size_t rows, std::size_t unseen = 60) {
    for (std::size_t i = 0; i < unseen; ++i) act();
    pair_ = {};
    recording_ = true;
    while (pair_.types.size() < rows) act();
    return pair_;
  }

 private:
  struct Order {
    u64 id;
    i64 price;
    i64 size;
    bool buy;
  };

  void act() {
    time_ += static_cast<i64>(random_.below(900'000'000));
    const u64 choice = random_.below(20);
    if (orders_.size() < 8 || choice < 8) {
      add();
    } else if (choice < 17) {
      // 8, 9: part is cancelled. 10..13: deleted. 14..16: executed, wholly or in part.
      take(choice < 10 ? 2 : choice < 14 ? 3 : 4);
    } else if (choice < 19) {
      row(5, {0, 1'000'000, 1 + static_cast<i64>(random_.below(50)), random_.chance(0.5)}, true);
    } else {
      row(7, {0, static_cast<i64>(random_.below(3)) - 1, 0, false}, true);
    }
  }
  void add() {
    const bool buy = random_.chance(0.5);
    const auto distance = static_cast<i64>(1 + random_.below(12)) * 100;
    const Order order{next_id_++, 1'000'000 + (buy ? -distance : distance),
                      static_cast<i64>(1 + random_.below(300)), buy};
    const auto before = shown();
    orders_.push_back(order);
    row(1, order, before != shown());
  }
  void take(int type) {
    const std::size_t at = random_.below(orders_.size());
    Order& order = orders_[at];
    Order message = order;
    if (type == 2) {
      if (order.size < 2) return;
      message.size = 1 + static_cast<i64>(random_.below(static_cast<u64>(order.size - 1)));
    } else if (type == 4) {
      message.size = 1 + static_cast<i64>(random_.below(static_cast<u64>(order.size)));
    }
    const auto before = shown();
    order.size -= message.size;
    if (order.size == 0) orders_.erase(orders_.begin() + static_cast<std::ptrdiff_t>(at));
    row(type, message, before != shown());
  }
  [[nodiscard]] std::string shown() const {
    std::map<i64, i64> asks;
    std::map<i64, i64, std::greater<>> bids;
    for (const Order& order : orders_) {
      (order.buy ? bids[order.price] : asks[order.price]) += order.size;
    }
    std::string text;
    auto ask = asks.begin();
    auto bid = bids.begin();
    for (std::size_t level = 0; level < depth_; ++level) {
      if (level > 0) text += ",";
      text += ask != asks.end() ? pair(*ask++) : "9999999999,0";
      text += ",";
      text += bid != bids.end() ? pair(*bid++) : "-9999999999,0";
    }
    return text;
  }
  static std::string pair(const std::pair<const i64, i64>& level) {
    return std::to_string(level.first) + "," + std::to_string(level.second);
  }
  // What does not change the window is not in the files.
  void row(int type, const Order& order, bool visible) {
    if (!recording_ || !visible) return;
    const std::string nanos = std::to_string(1'000'000'000 + time_ % 1'000'000'000).substr(1);
    pair_.messages += std::to_string(34'200 + time_ / 1'000'000'000) + "." + nanos + "," +
                      std::to_string(type) + "," + std::to_string(order.id) + "," +
                      std::to_string(order.size) + "," + std::to_string(order.price) + "," +
                      (order.buy ? "1" : "-1") + "\n";
    pair_.book += shown() + "\n";
    pair_.types.push_back(type);
  }

  Random random_;
  std::size_t depth_;
  std::vector<Order> orders_;
  u64 next_id_ = 1;
  i64 time_ = 0;
  bool recording_ = false;
  LobsterPair pair_;
};

}  // namespace tapedeck::test
