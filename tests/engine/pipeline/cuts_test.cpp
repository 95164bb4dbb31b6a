// Cuts: which ones a channel passes, when a cut is whole, what is in it.
#include <gtest/gtest.h>

#include "tests/support/hand_driven.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::test {
namespace {

using pipeline::CutAssembler;
using pipeline::CutClock;
using pipeline::CutReport;

constexpr i64 kInterval = 100;

void expect_passes(CutClock& clock, i64 time, i64 first, i64 last) {
  const auto passed = clock.pass(Nanos{time});
  ASSERT_TRUE(passed) << time;
  EXPECT_EQ(passed->first, Nanos{first}) << time;
  EXPECT_EQ(passed->last, Nanos{last}) << time;
}

TEST(CutClocks, AMessageAtTheVeryTimeOfACutIsBehindIt) {
  CutClock clock{Nanos{kInterval}};
  (void)clock.pass(Nanos{150});
  EXPECT_FALSE(clock.pass(Nanos{199}));
  expect_passes(clock, 200, 200, 200);
}

TEST(CutClocks, ALeapPassesAllCutsItLeapsOver) {
  CutClock clock{Nanos{kInterval}};
  (void)clock.pass(Nanos{150});
  expect_passes(clock, 555, 200, 500);
  EXPECT_EQ(clock.next(), Nanos{600});
}

TEST(CutClocks, TimeThatGoesBackPassesNothingTwice) {
  CutClock clock{Nanos{kInterval}};
  (void)clock.pass(Nanos{150});
  expect_passes(clock, 250, 200, 200);
  EXPECT_FALSE(clock.pass(Nanos{120}));
  EXPECT_FALSE(clock.pass(Nanos{299}));
  EXPECT_EQ(clock.channel_time(), Nanos{299});
}

TEST(CutClocks, NegativeTimesAreCutAtMultiplesToo) {
  CutClock clock{Nanos{kInterval}};
  (void)clock.pass(Nanos{-250});
  EXPECT_EQ(clock.next(), Nanos{-200});
  expect_passes(clock, -100, -200, -100);
}

CutReport report(ChannelId channel, u32 shard, i64 first, i64 last, const std::string& symbol) {
  CutReport made{.channel = channel,
                 .shard = shard,
                 .first = Nanos{first},
                 .last = Nanos{last},
                 .ended = false,
                 .rows = {}};
  pipeline::CutRow& row = made.rows.emplace_back();
  row.view.venue = channel;
  row.view.define.set_name(symbol);
  row.view.time = Nanos{first};
  return made;
}

TEST(CutAssemblers, ACutIsWholeOnlyWhenEveryChannelAndShardHasReportedIt) {
  RecordedCuts cuts;
  CutAssembler assembler{2, 2, cuts};
  assembler.add(report(0, 0, 100, 100, "A"));
  assembler.add(report(0, 1, 100, 100, "B"));
  assembler.add(report(1, 1, 100, 100, "D"));
  EXPECT_TRUE(cuts.all.empty());
  assembler.add(report(1, 0, 100, 200, "C"));
  ASSERT_EQ(cuts.all.size(), 1U);
  EXPECT_EQ(cuts.all[0].second.size(), 4U);
  EXPECT_EQ(assembler.completed(), Nanos{100});
}

TEST(CutAssemblers, ALineThatIsAheadIsShownAsItWasAtTheCut) {
  RecordedCuts cuts;
  CutAssembler assembler{2, 1, cuts};
  assembler.add(report(0, 0, 100, 100, "A"));
  assembler.add(report(0, 0, 200, 200, "A"));
  assembler.add(report(1, 0, 100, 100, "B"));
  ASSERT_EQ(cuts.all.size(), 1U);
  EXPECT_EQ(cuts.all[0].second[0].view.time, Nanos{100});
}

TEST(CutAssemblers, TwoInstrumentsOfOneSymbolAreSortedTheSameForAnyShards) {
  Script script;
  for (u32 i = 0; i < 40; ++i) script.define(i, "SAME");
  for (u32 i = 0; i < 40; ++i) script.bid(i, i, 100 + i);
  Cuts first;
  for (const u32 shards : {1U, 2U, 4U, 7U}) {
    RecordedCuts cuts;
    std::vector<std::unique_ptr<Feed>> feeds;
    feeds.push_back(scripted(script.events()));
    pipeline::EngineConfig config = small_rings(shards);
    cut_every(config, 1000, cuts);
    ASSERT_TRUE(HandDriven(std::move(config), std::move(feeds)).run_by_hand(shards));
    if (shards == 1) first = cuts.all;
    EXPECT_TRUE(cuts.all == first) << shards << " shards";
  }
}

std::vector<std::vector<Event>> three_channels(u64 seed) {
  return {order_flow(seed, 5, 600), order_flow(seed + 1, 3, 300), order_flow(seed + 2, 8, 900)};
}
std::vector<std::unique_ptr<Feed>> plain_feeds_of(const std::vector<std::vector<Event>>& channels,
                                                  u64 poll_seed) {
  std::vector<std::unique_ptr<Feed>> feeds;
  for (const auto& events : channels) {
    ScriptOptions options;
    options.messages_per_poll = 40;
    options.poll_seed = ++poll_seed;
    feeds.push_back(scripted(events, options));
  }
  return feeds;
}

TEST(Cuts, EveryRowIsWhatTheDefinitionSaysForAnyShardsAndAnyTiming) {
  for (const u64 seed : test::seeds(kSanitized ? 6 : 30)) {
    const auto channels = three_channels(seed);
    const Cuts expected = expected_cuts(channels, kInterval, 2);
    ASSERT_GT(expected.size(), 10U);
    for (const u32 shards : {1U, 2U, 4U}) {
      RecordedCuts cuts;
      pipeline::EngineConfig config =
          small_rings(shards, 1 + static_cast<u32>(seed % 5), 1 + static_cast<u32>(seed % 3));
      cut_every(config, kInterval, cuts);
      HandDriven driven{std::move(config), plain_feeds_of(channels, seed)};
      ASSERT_TRUE(driven.run_by_hand(seed * 100 + shards));
      ASSERT_TRUE(cuts.all == expected) << "seed " << seed << ", " << shards << " shards";
    }
  }
}

TEST(Cuts, ALineThatNeverHasAnEventHoldsNoCutUp) {
  auto channels = three_channels(77);
  channels[1].clear();
  RecordedCuts cuts;
  pipeline::EngineConfig config = small_rings(2);
  cut_every(config, kInterval, cuts);
  ASSERT_TRUE(HandDriven(std::move(config), plain_feeds_of(channels, 1)).run_by_hand(3));
  EXPECT_TRUE(cuts.all == expected_cuts(channels, kInterval, 2));
}

// One message a cut: far more cuts than a channel may be ahead.
Script a_cut_a_message(u64 messages) {
  Script script;
  script.define(0, "A");
  for (u64 i = 1; i <= messages; ++i) {
    script.at(static_cast<i64>(i) * kInterval).bid(0, i);
  }
  return script;
}
class FarAhead : public ::testing::Test {
 protected:
  static constexpr u64 kMany = 3 * pipeline::kMaxCutsAhead;

  /// Channel 0 is far longer than channel 1 is far behind.
  void build(pipeline::CutSink& sink, u64 second_channel = kMany,
             std::vector<strategy::StrategyPlan> strategies = {}) {
    std::vector<std::unique_ptr<Feed>> feeds;
    feeds.push_back(scripted(a_cut_a_message(kMany).events()));
    feeds.push_back(scripted(second_channel == 0 ? Script{}.events()
                                                 : a_cut_a_message(second_channel).events()));
    pipeline::EngineConfig config = small_rings(1, 4, 2);
    cut_every(config, kInterval, sink);
    config.strategies = std::move(strategies);
    driven_ = std::make_unique<HandDriven>(std::move(config), std::move(feeds));
  }
  /// Channel 0 alone, until the 64 cuts it may be ahead are spent.
  void run_ahead() {
    for (u32 empty = 0; empty < 10;) {
      u32 work = 0;
      for (const std::size_t job : {0U, 2U, 3U}) work += driven_->poll(job);
      empty = work > 0 ? 0 : empty + 1;
    }
    ASSERT_FALSE(driven_->jobs()[0].stage->done());
  }
  RecordedCuts cuts_;
  std::unique_ptr<HandDriven> driven_;
};

TEST_F(FarAhead, TheChannelWaitsForTheSlowestAndGoesOnWithIt) {
  build(cuts_);
  run_ahead();
  EXPECT_LE(driven_->shard(0).books().counters().applied, pipeline::kMaxCutsAhead);
  EXPECT_TRUE(cuts_.all.empty());
  ASSERT_TRUE(driven_->run_by_hand(1));
  EXPECT_EQ(cuts_.all.size(), kMany + 1) << "the definition and every order, a cut each";
}

TEST_F(FarAhead, AStopFreesALineThatWaitsForCuts) {
  build(cuts_);
  run_ahead();
  driven_->stop().request();
  ASSERT_TRUE(driven_->run_by_hand(1));
}

TEST_F(FarAhead, AShardThatFailsReportsNoMoreAndStillFreesTheChannel) {
  std::atomic<u64> left{70};
  build(cuts_, kMany, {FailingStrategy::plan(left)});
  run_ahead();
  ASSERT_TRUE(driven_->run_by_hand(1));
  EXPECT_EQ(driven_->failures, std::vector<std::string>{"shard 0: the shard failed"});
}

TEST_F(FarAhead, ASinkThatFailsAtTheLastReportOfTheSlowChannelStillFreesTheFastOne) {
  struct Broken final : pipeline::CutSink {
    void on_cut(Nanos, std::span<const pipeline::CutRow>) override {
      throw std::runtime_error("the disk is full");
    }
  } sink;
  build(sink, 0);  // the slow channel's end is its only report
  run_ahead();
  ASSERT_TRUE(driven_->run_by_hand(1));
  EXPECT_EQ(driven_->failures, std::vector<std::string>{"cuts: the disk is full"});
}

}  // namespace
}  // namespace tapedeck::test
