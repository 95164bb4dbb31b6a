// The venue's book against a slow obvious one.
#include "feeds/simulated/venue_book.hpp"

#include <list>
#include <map>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::simulated {
namespace {

TEST(VenueBook, TakesTheOldestOrderOfTheBestLevelFirst) {
  VenueBook book;
  book.add({1, 99, Side::bid});
  book.add({2, 100, Side::bid});
  book.add({3, 100, Side::bid});
  EXPECT_EQ(book.best(Side::bid), 100);
  EXPECT_EQ(book.take_front(Side::bid).id, 2U);
  EXPECT_EQ(book.take_front(Side::bid).id, 3U);
  EXPECT_EQ(book.take_front(Side::bid).id, 1U);
  EXPECT_FALSE(book.has(Side::bid));
}

TEST(VenueBook, StepsOverEmptyLevelsToTheNextBest) {
  VenueBook book;
  book.add({1, 5'000, Side::ask});
  book.add({2, 100, Side::ask});
  EXPECT_EQ(book.take_front(Side::ask).tick, 100);
  EXPECT_EQ(book.best(Side::ask), 5'000);
}

// Prices by side, best first, each with its queue.
class ModelBook {
 public:
  void add(const VenueBook::Order& order) { side(order.side)[rank(order)].push_back(order); }
  VenueBook::Order take_front(Side which) {
    auto& best = side(which).begin()->second;
    const VenueBook::Order order = best.front();
    take(order);
    return order;
  }
  void take(const VenueBook::Order& order) {
    auto& levels = side(order.side);
    auto& queue = levels[rank(order)];
    std::erase_if(queue, [&](const VenueBook::Order& other) { return other.id == order.id; });
    if (queue.empty()) levels.erase(rank(order));
  }
  [[nodiscard]] bool has(Side which) { return !side(which).empty(); }
  [[nodiscard]] Tick best(Side which) { return side(which).begin()->second.front().tick; }

 private:
  using Levels = std::map<Tick, std::list<VenueBook::Order>>;
  static Tick rank(const VenueBook::Order& order) {
    return order.side == Side::bid ? -order.tick : order.tick;
  }
  Levels& side(Side which) { return which == Side::bid ? bids_ : asks_; }
  Levels bids_, asks_;
};

TEST(VenueBook, DoesWhatASlowBookDoesForAnyOrderOfOperations) {
  for (const u64 seed : test::seeds(10)) {
    SCOPED_TRACE(seed);
    Random random{seed};
    VenueBook book;
    ModelBook model;
    Tick middle = 1'000;
    for (u64 id = 1; id <= 20'000; ++id) {
      // The middle wanders far, so that the ladder has to follow.
      middle += static_cast<Tick>(random.below(21)) - 10;
      const Side side = random.chance(0.5) ? Side::bid : Side::ask;
      if (random.chance(0.52)) {
        Tick tick = middle + static_cast<Tick>(random.below(200)) - 100;
        if (model.has(opposite(side))) {
          const Tick limit = model.best(opposite(side));
          tick = side == Side::bid ? std::min(tick, limit - 1) : std::max(tick, limit + 1);
        }
        book.add({id, tick, side});
        model.add({id, tick, side});
      } else if (random.chance(0.5) && model.has(side)) {
        ASSERT_EQ(book.take_front(side).id, model.take_front(side).id);
      } else if (book.live() > 0) {
        model.take(book.take_any(static_cast<u32>(random.below(book.live()))));
      }
      for (const Side each : {Side::bid, Side::ask}) {
        ASSERT_EQ(book.has(each), model.has(each));
        if (!model.has(each)) continue;
        ASSERT_EQ(book.best(each), model.best(each));
      }
    }
  }
}

}  // namespace
}  // namespace tapedeck::simulated
