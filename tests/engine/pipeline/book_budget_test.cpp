// Limits of what books may hold: reached over all shards together, told once, and a run that meets
// one ends with everything applied that was read.
#include "engine/pipeline/book_budget.hpp"

#include <gtest/gtest.h>

#include "engine/core/clock.hpp"
#include "engine/pipeline/engine.hpp"
#include "tests/support/engine_config.hpp"

namespace tapedeck::pipeline {
namespace {

using test::Feeds;
using test::Script;
using test::scripted;

TEST(BookBudget, CountsWhatAllShardsHoldTogether) {
  thread::StopFlag stop;
  BookBudget budget{{.orders = 100}, 2, stop};
  budget.report(0, {60, 0, 0});
  budget.report(1, {39, 0, 0});
  EXPECT_FALSE(stop.requested());
  EXPECT_EQ(budget.reached(), BookLimit::none);
  budget.report(1, {40, 0, 0});
  EXPECT_TRUE(stop.requested());
  EXPECT_EQ(budget.reached(), BookLimit::orders);
  budget.report(0, {1'000, 1'000, 1'000});
  EXPECT_EQ(budget.reached(), BookLimit::orders) << "the first one is told";
}

TEST(BookBudget, ForgetsWhatIsNotHeldAnyMore) {
  thread::StopFlag stop;
  BookBudget budget{{.orders = 100}, 2, stop};
  budget.report(0, {90, 0, 0});
  budget.report(0, {0, 0, 0});
  budget.report(1, {90, 0, 0});
  EXPECT_FALSE(stop.requested()) << "no more than 90 were ever live";
  budget.report(0, {20, 0, 0});
  EXPECT_TRUE(stop.requested()) << "and now it is 110";
}

// It need not look at every report; that must not let a limit pass by much.
TEST(BookBudget, IsNotOvershotByMoreThanAReport) {
  for (const u32 shards : {1U, 3U}) {
    thread::StopFlag stop;
    constexpr u64 kLimit = 10'000, kBatch = 256;
    BookBudget budget{{.orders = kLimit}, shards, stop};
    u64 each = 0;
    while (!stop.requested()) {
      each += kBatch;
      for (u32 shard = 0; shard < shards; ++shard) budget.report(shard, {each, 0, 0});
      ASSERT_LT(each * shards, 10 * kLimit);
    }
    EXPECT_LE(each * shards, kLimit + shards * kBatch);
  }
}

TEST(BookBudget, KnowsWhichLimitItWas) {
  for (const auto& [limits, which] : {std::pair{BookLimits{.levels = 5}, BookLimit::levels},
                                      std::pair{BookLimits{.bytes = 5}, BookLimit::bytes}}) {
    thread::StopFlag stop;
    BookBudget budget{limits, 1, stop};
    budget.report(0, {9, 9, 9});
    EXPECT_EQ(budget.reached(), which);
  }
}

// Orders that never go, each at a price of its own.
std::vector<Event> ever_more(u32 orders) {
  Script script;
  script.define(0, "A").define(1, "B");
  for (u32 i = 1; i <= orders; ++i) script.at(i).bid(i % 2, i, i);
  return script.events();
}

TEST(EngineLimits, AreWhereARunStopsWithWhatItRead) {
  constexpr u32 kOrders = 100'000, kLimit = 5'000;
  for (const u32 shards : {0U, 1U, 2U}) {
    for (const BookLimits limits : {BookLimits{.orders = kLimit}, BookLimits{.bytes = 1U << 20}}) {
      EngineConfig config = test::with_shards(shards);
      config.limits = limits;
      config.batches = 2;
      Feeds feeds;
      feeds.push_back(scripted(ever_more(kOrders), {}));
      const SteadyClock clock;
      thread::StopFlag stop;
      Engine engine{std::move(config), std::move(feeds), clock, stop};
      engine.run();  // which throws where something is missing in the end
      EXPECT_NE(engine.limit_reached(), BookLimit::none);
      EXPECT_FALSE(stop.requested()) << "which would have outputs give up";
      u64 live = 0;
      for (std::size_t shard = 0; shard < engine.shards(); ++shard) {
        live += engine.books(shard).live_orders();
      }
      EXPECT_LT(live, kOrders) << "it went on to the end";
      EXPECT_EQ(engine.counters().applied, live) << "what was read was applied";
      if (limits.orders == kLimit) {
        // What was on its way when it was noticed is applied too: a poll, and the batches.
        EXPECT_GE(live, kLimit);
        EXPECT_LE(live, kLimit + (8 + 4 * shards) * kMaxMessagesPerPoll);
      }
    }
  }
}

TEST(EngineLimits, CostNothingWhereTheyAreNotReached) {
  EngineConfig config = test::with_shards(1);
  config.limits = {.orders = 1'001, .levels = 1'001};
  Feeds feeds;
  feeds.push_back(scripted(ever_more(1'000), {}));
  const SteadyClock clock;
  thread::StopFlag stop;
  Engine engine{std::move(config), std::move(feeds), clock, stop};
  engine.run();
  EXPECT_EQ(engine.limit_reached(), BookLimit::none);
  EXPECT_FALSE(stop.requested());
  EXPECT_EQ(engine.books(0).live_orders(), 1'000U);
}

}  // namespace
}  // namespace tapedeck::pipeline
