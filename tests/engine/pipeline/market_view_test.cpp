// A reader's model of the market: by hand, and on many threads while an engine runs.
#include "engine/pipeline/market_view.hpp"

#include <atomic>
#include <cmath>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "engine/pipeline/engine.hpp"
#include "strategies/registry.hpp"
#include "tests/support/engine_config.hpp"
#include "tests/support/published_shard.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::test {
namespace {

using pipeline::Engine;
using pipeline::EngineConfig;
using pipeline::kDepthLevels;
using pipeline::MarketView;
using pipeline::Place;

class AMarketView : public ::testing::Test {
 protected:
  /// The symbols of the instruments that the last refresh found changed.
  [[nodiscard]] std::string changed() const {
    std::string symbols;
    for (const Place place : market_.changed()) symbols += market_.at(place)->view.name();
    return symbols;
  }
  void refresh_after(const Script& script) {
    shard_.book(script);
    market_.refresh();
  }

  Script script_;
  PublishedShard shard_;
  MarketView market_{{&shard_.published()}};
};

TEST_F(AMarketView, ShowsWhatTheShardShowsAndReportsEachChangeOnce) {
  market_.refresh();
  EXPECT_EQ(market_.size(), 0U);
  EXPECT_EQ(market_.time().time, kBeginningOfTime);
  refresh_after(script_.define(0, "A").define(1, "B").bid(1, 1, 100));
  EXPECT_EQ(changed(), "AB");
  EXPECT_EQ(market_.at({0, 1})->view.bid.price, Price{100});
  EXPECT_EQ(market_.time().time, Nanos{3});
  market_.refresh();
  EXPECT_EQ(changed(), "");
  refresh_after(script_.bid(1, 2, 105).bid(1, 3, 106).define(2, "C"));
  EXPECT_EQ(changed(), "BC");
  EXPECT_EQ(market_.at({0, 1})->view.bid.price, Price{106});
  EXPECT_EQ(market_.size(), 3U);
  EXPECT_EQ(market_.at({0, 3}), nullptr);
  EXPECT_EQ(market_.at({1, 0}), nullptr);
  EXPECT_EQ(market_.given_up(), 0U);
}

TEST_F(AMarketView, FindsInstrumentsOnceARefreshHasSeenThem) {
  shard_.book(script_.define(0, "A"));
  EXPECT_EQ(market_.find(0, "A"), nullptr);
  market_.refresh();
  ASSERT_NE(market_.find(0, "A"), nullptr);
  EXPECT_EQ(market_.find(0, "A")->place, (Place{0, 0}));
  EXPECT_EQ(market_.find(1, "A"), nullptr);
  EXPECT_EQ(market_.find(0, "B"), nullptr);
  refresh_after(script_.define(0, "B"));
  EXPECT_EQ(market_.find(0, "B"), market_.at({0, 0})) << "it has a new symbol";
}

TEST_F(AMarketView, ListsTheBusiestFirstAndOthersByName) {
  script_.define(0, "C").define(1, "B").define(2, "A").bid(1, 1, 100);
  Event execution{};
  execution.kind = Kind::execute;
  execution.instrument = Instrument{1};
  execution.flags = kLastOfEvent;
  execution.order = {OrderId{1}, 0, kNoPrice, Quantity{1}};
  refresh_after(script_.raw(execution));
  std::string names;
  for (const MarketView::Shown* const shown : market_.busiest(9)) names += shown->view.name();
  EXPECT_EQ(names, "BAC");
  EXPECT_EQ(market_.busiest(1).size(), 1U);
  EXPECT_FALSE(market_.busiest(1)[0]->has_values);
}

TEST_F(AMarketView, ReadsTheLevelsThatAreWantedAsLongAsTheyAre) {
  refresh_after(script_.define(0, "A").define(1, "B").bid(0, 1, 100));
  EXPECT_FALSE(market_.want_depth({0, 9})) << "there is no such instrument";
  ASSERT_TRUE(market_.want_depth({0, 0}));
  ASSERT_TRUE(market_.want_depth({0, 0}));
  market_.refresh();
  EXPECT_EQ(market_.depth({0, 0}), nullptr) << "the shard has not come to it yet";
  shard_.idle();
  market_.refresh();
  EXPECT_EQ(changed(), "A");
  ASSERT_NE(market_.depth({0, 0}), nullptr);
  EXPECT_EQ(market_.depth({0, 0})->bids[0].price, Price{100});
  refresh_after(script_.bid(0, 2, 101).bid(1, 3, 50));
  EXPECT_EQ(changed(), "AB") << "once, though view and levels have changed";
  EXPECT_EQ(market_.depth({0, 0})->bid_count, 2U);
  market_.drop_depth({0, 0});
  EXPECT_NE(market_.depth({0, 0}), nullptr) << "one of two still wants it";
  market_.drop_depth({0, 0});
  market_.drop_depth({0, 0});
  EXPECT_EQ(market_.depth({0, 0}), nullptr);
  EXPECT_FALSE(shard_.depth().is_wanted());
}

TEST_F(AMarketView, TakesTradesFromWhenItFollowsThem) {
  const auto trade = [](i64 quantity) {
    Event event{};
    event.kind = Kind::trade;
    event.instrument = Instrument{0};
    event.flags = kLastOfEvent;
    event.order = {OrderId{0}, 0, Price{1}, Quantity{quantity}};
    return event;
  };
  refresh_after(script_.define(0, "A").raw(trade(1)));
  market_.follow_trades();
  refresh_after(script_.raw(trade(2)).raw(trade(3)));
  ASSERT_EQ(market_.trades().size(), 2U);
  EXPECT_EQ(market_.trades()[1].trade.quantity, Quantity{3});
  EXPECT_EQ(market_.trades()[1].place, (Place{0, 0}));
  market_.refresh();
  EXPECT_TRUE(market_.trades().empty());
  for (i64 i = 0; i < 5'000; ++i) script_.raw(trade(4));
  refresh_after(script_);
  EXPECT_EQ(market_.trades().size() + market_.lost_trades(), 5'000U);
  EXPECT_GT(market_.lost_trades(), 0U);
}

TEST(MarketViews, HaveTheStrategiesValues) {
  const auto plans = strategies::plans_of({"bbo"});
  PublishedShard shard{plans};
  MarketView market{{&shard.published()}};
  shard.book(Script{}.define(0, "A").bid(0, 1, 100).add(0, 2, Side::ask, 104, 1));
  market.refresh();
  ASSERT_TRUE(market.at({0, 0})->has_values);
  const auto values = shard.shard().strategies().values(shard.book_of(0), Nanos{3});
  ASSERT_FALSE(std::isnan(values[0]));
  EXPECT_EQ(market.at({0, 0})->values.values[0], values[0]);
}

TEST(MarketViews, OfAnEngineThatShowsNoLevelsAndTradesHaveNone) {
  const SteadyClock clock;
  thread::StopFlag stop;
  Feeds feeds;
  feeds.push_back(scripted(Script{}.define(0, "A").events()));
  EngineConfig config = with_shards(0);
  config.cells = true;
  Engine engine{config, std::move(feeds), clock, stop};
  engine.run();
  MarketView market{engine};
  market.follow_trades();
  market.refresh();
  ASSERT_NE(market.find(0, "A"), nullptr);
  EXPECT_FALSE(market.want_depth(market.find(0, "A")->place));
  EXPECT_TRUE(market.trades().empty());
}

// What a reader on a thread of its own has met that it must not meet.
struct Met {
  u64 refreshes = 0, backwards = 0, two_truths = 0, misplaced = 0, trades = 0, unordered = 0;
};

// Checks what a refresh has brought. `last`: the sequence of each instrument at the one before.
void check_refresh(const MarketView& market, std::map<std::string, Sequence>& last, Met& met) {
  ++met.refreshes;
  for (const Place place : market.changed()) {
    const MarketView::Shown* const shown = market.at(place);
    if (shown == nullptr) {
      ++met.misplaced;
      continue;
    }
    const std::string symbol{shown->view.name()};
    if (std::exchange(last[symbol], shown->view.sequence) > shown->view.sequence) ++met.backwards;
    if (market.find(0, symbol) != shown) ++met.misplaced;
    const pipeline::Depth* const depth = market.depth(place);
    if (depth == nullptr || depth->events != shown->view.events) continue;
    const book::Level best = depth->bid_count > 0 ? depth->bids[0] : book::Level{};
    if (best != shown->view.bid) ++met.two_truths;
  }
  std::map<u32, Sequence> last_trade;
  for (const MarketView::Trade& trade : market.trades()) {
    ++met.trades;
    if (std::exchange(last_trade[trade.place.shard], trade.trade.sequence) > trade.trade.sequence) {
      ++met.unordered;
    }
    if (trade.trade.quantity.value <= 0) ++met.unordered;
  }
}

// Asks for levels and drops them again all the time.
void read_under_way(const Engine& engine, u64 seed, const std::atomic<bool>& over, Met& met) {
  MarketView market{engine};
  market.follow_trades();
  Random random{seed};
  std::map<std::string, Sequence> last;
  while (!over || met.refreshes == 0) {
    market.refresh();
    check_refresh(market, last, met);
    for (int i = 0; i < 3; ++i) {
      const Place place{static_cast<u32>(random.below(2)), static_cast<u32>(random.below(10))};
      if (!market.want_depth(place)) continue;
      if (random.chance(0.5)) market.drop_depth(place);
    }
    std::this_thread::yield();
  }
}

// A view that the shard writes all the time cannot always be read, while its values can.
TEST(MarketViews, ReportNoInstrumentWhoseViewTheyCouldNotReadYet) {
  const auto plans = strategies::plans_of({"bbo"});
  PublishedShard shard{plans};
  Script script;
  shard.book(script.define(0, "A"));
  std::atomic<bool> over{false};
  u64 reported = 0, missing = 0;
  std::thread reader{[&] {
    while (!over || reported == 0) {
      MarketView market{{&shard.published()}};
      market.refresh();
      for (const Place place : market.changed()) {
        ++reported;
        if (market.at(place) == nullptr) ++missing;
      }
    }
  }};
  const u64 changes = scaled(20'000);
  for (u64 i = 1; i <= changes; ++i) shard.book(script.bid(0, i, 100));
  over = true;
  reader.join();
  EXPECT_GT(reported, 0U);
  EXPECT_EQ(missing, 0U);
}

// All the readers there are, while books change as fast as they can.
TEST(MarketViews, OfManyThreadsAreNeverTornNorOlderThanBeforeAndChangeNoBook) {
  const std::vector<Event> events = order_flow(3, 20, scaled(300'000));
  const SteadyClock clock;
  thread::StopFlag stop;
  Feeds feeds;
  feeds.push_back(scripted(events));
  EngineConfig config = with_shards(2);
  config.flow_digest = config.live = config.depth = config.trades = true;
  config.strategies = strategies::plans_of({"bbo"});
  Engine engine{config, std::move(feeds), clock, stop};
  std::atomic<bool> over{false};
  std::vector<Met> met(4);
  std::vector<std::thread> readers;
  for (std::size_t i = 0; i < met.size(); ++i) {
    readers.emplace_back([&, i] { read_under_way(engine, i + 1, over, met[i]); });
  }
  engine.run();
  over = true;
  for (std::thread& reader : readers) reader.join();
  for (const Met& one : met) {
    EXPECT_GT(one.refreshes, 0U);
    EXPECT_EQ(one.backwards, 0U);
    EXPECT_EQ(one.two_truths, 0U);
    EXPECT_EQ(one.misplaced, 0U);
    EXPECT_EQ(one.unordered, 0U);
  }
  const Outcome expected = expected_of({events}), got = outcome_of(engine);
  EXPECT_EQ(got.digest, expected.digest);
  EXPECT_EQ(got.flow, expected.flow);
  MarketView last{engine};
  last.refresh();
  EXPECT_EQ(last.size(), 20U);
  for (const Place place : last.changed()) {
    const book::BookSet& books = engine.books(place.shard);
    EXPECT_EQ(last.at(place)->view, book::view_of(books, books.books()[place.cell]));
  }
}

}  // namespace
}  // namespace tapedeck::test
