// Strategies in the pipeline: their values at cuts are what the definition of cuts says, however
// the events were batched and wherever the books live.
#include <cmath>

#include <gtest/gtest.h>

#include "strategies/registry.hpp"
#include "tests/support/hand_driven.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::test {
namespace {

constexpr i64 kCutInterval = 100;

// So that rows can be compared: what is not available differs even from itself.
Cuts comparable(Cuts cuts) {
  constexpr double kStandIn = -1e300;
  for (auto& [time, rows] : cuts) {
    for (pipeline::CutRow& row : rows) {
      for (double& value : row.values) value = std::isnan(value) ? kStandIn : value;
    }
  }
  return cuts;
}

std::vector<strategy::StrategyPlan> plans() {
  return strategies::plans_of({"bbo", "vwap", "imbalance:levels=2", "ofi:interval=50ns",
                               "bars:interval=100ns", "bars:interval=30ns"});
}

TEST(StrategiesInThePipeline, HaveAtEveryCutTheValuesTheDefinitionGives) {
  for (const u64 seed : test::seeds(kSanitized ? 4 : 20)) {
    // The second channel is silent for long stretches: its values move on with the cuts all the
    // same.
    const std::vector<std::vector<Event>> channels{order_flow(seed, 5, 600),
                                                   order_flow(seed + 1, 3, 60)};
    const auto expected = comparable(expected_cuts(channels, kCutInterval, 2, plans()));
    ASSERT_GT(expected.size(), 10U);
    for (const u32 shards : {1U, 2U, 4U}) {
      RecordedCuts cuts;
      std::vector<std::unique_ptr<Feed>> feeds;
      for (const auto& events : channels)
        feeds.push_back(scripted(events, {.poll_seed = seed, .on_poll = {}}));
      pipeline::EngineConfig config = small_rings(shards, 1 + static_cast<u32>(seed % 5));
      cut_every(config, kCutInterval, cuts);
      config.strategies = plans();
      HandDriven driven{std::move(config), std::move(feeds)};
      ASSERT_TRUE(driven.run_by_hand(seed * 100 + shards));
      ASSERT_TRUE(comparable(cuts.all) == expected) << "seed " << seed << ", " << shards;
    }
  }
}

TEST(StrategiesInThePipeline, ALineThatLeapsOverCutsOfAnotherHasItsWindowsRolled) {
  Script busy, silent;
  busy.define(0, "BUSY");
  for (i64 i = 1; i <= 10; ++i) busy.at(i * kCutInterval).bid(0, static_cast<u64>(i));
  silent.define(0, "SILENT").at(50);
  Event trade{};
  trade.instrument = Instrument{0};
  trade.kind = Kind::trade;
  trade.side = Side::bid;
  trade.flags = kLastOfEvent;
  trade.order = {OrderId{0}, 0, Price{kPriceUnitsPerOne}, Quantity{7}};
  silent.raw(trade).at(950).bid(0, 1);

  RecordedCuts cuts;
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(scripted(busy.events()));
  feeds.push_back(scripted(silent.events()));
  pipeline::EngineConfig config = small_rings(1);
  cut_every(config, kCutInterval, cuts);
  config.strategies = strategies::plans_of({"bars:interval=100ns"});
  ASSERT_TRUE(HandDriven(std::move(config), std::move(feeds)).run_by_hand(1));
  constexpr std::size_t kStart = 0, kVolume = 5;
  for (const auto& [time, rows] : cuts.all) {
    if (time < Nanos{100}) continue;
    ASSERT_EQ(rows.size(), 2U);
    const double start = static_cast<double>(time.value - kCutInterval) / kNanosPerSecond;
    for (const pipeline::CutRow& row : rows) EXPECT_DOUBLE_EQ(row.values[kStart], start);
    EXPECT_EQ(rows[1].values[kVolume], time == Nanos{100} ? 7.0 : 0.0) << time.value;
  }
}

TEST(StrategiesInThePipeline, SayNothingWhereThereAreNone) {
  RecordedCuts cuts;
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(scripted(order_flow(1, 3, 300)));
  pipeline::EngineConfig config = small_rings(2);
  cut_every(config, kCutInterval, cuts);
  HandDriven driven{std::move(config), std::move(feeds)};
  ASSERT_TRUE(driven.run_by_hand(1));
  for (const auto& [time, rows] : cuts.all) {
    for (const pipeline::CutRow& row : rows) EXPECT_TRUE(row.values.empty());
  }
  EXPECT_TRUE(driven.shard(0).strategies().empty());
}

}  // namespace
}  // namespace tapedeck::test
