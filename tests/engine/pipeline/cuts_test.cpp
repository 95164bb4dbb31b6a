// Cuts: which ones a channel passes, when a cut is whole, what is in it.
#include <gtest/gtest.h>

#include "engine/pipeline/cut_assembler.hpp"
#include "tests/support/hand_driven.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::test {
namespace {

using pipeline::CutAssembler;
using pipeline::CutChunk;
using pipeline::CutChunkPool;
using pipeline::CutClock;

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

class CutAssemblers : public ::testing::Test {
 protected:
  /// A report of one instrument.
  CutChunk* report(ChannelId channel, u32 shard, i64 first, i64 last, const std::string& symbol,
                   u32 instrument = 0) {
    CutChunk* const made = chunks_.take();
    made->head = {.channel = channel,
                  .shard = shard,
                  .first = Nanos{first},
                  .last = Nanos{last},
                  .ended = false};
    pipeline::FlatRow& row = made->add_row(0, 0, 0);
    row.instrument = instrument;
    row.view.venue = channel;
    row.view.define.set_name(symbol);
    row.view.time = Nanos{first};
    return made;
  }

 private:
  CutChunkPool chunks_{1000};
};

TEST_F(CutAssemblers, ACutIsWholeOnlyWhenEveryChannelAndShardHasReportedIt) {
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

TEST_F(CutAssemblers, ALineThatIsAheadIsShownAsItWasAtTheCut) {
  RecordedCuts cuts;
  CutAssembler assembler{2, 1, cuts};
  assembler.add(report(0, 0, 100, 100, "A"));
  assembler.add(report(0, 0, 200, 200, "A"));
  assembler.add(report(1, 0, 100, 100, "B"));
  ASSERT_EQ(cuts.all.size(), 1U);
  EXPECT_EQ(cuts.all[0].second[0].view.time, Nanos{100});
}

TEST(Cuts, TwoInstrumentsOfOneSymbolAreSortedTheSameForAnyShards) {
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

TEST_F(CutAssemblers, AnInstrumentWithoutANewRowKeepsTheOneItHad) {
  RecordedCuts cuts;
  CutAssembler assembler{1, 1, cuts};
  assembler.add(report(0, 0, 100, 100, "B", 0));
  assembler.add(report(0, 0, 200, 200, "A", 7));
  assembler.add(report(0, 0, 300, 300, "B", 0));
  ASSERT_EQ(cuts.all.size(), 3U);
  const std::vector<pipeline::CutRow>& last = cuts.all[2].second;
  ASSERT_EQ(last.size(), 2U) << "in the order of their symbols";
  EXPECT_EQ(last[0].view.time, Nanos{200});
  EXPECT_EQ(last[1].view.time, Nanos{300});
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

// Reports have what has changed, and these changes are no events of the books.
TEST(Cuts, WhatAChannelDoesToAllItsBooksIsInTheNextCut) {
  Event clear_all{};
  clear_all.kind = Kind::clear;
  clear_all.instrument = kEveryInstrument;
  clear_all.flags = kLastOfEvent;
  Script script;
  for (u32 i = 0; i < 5; ++i) script.define(i, "S" + std::to_string(i)).bid(i, i);
  i64 cut = 0;
  // A loss has no time of its own: the notice before it is what passes a cut.
  const auto next = [&]() -> Script& { return script.at(++cut * kInterval).notice(); };
  next().session(Session::market_open);
  next().loss(kEveryInstrument, 7, 8, kCarryOn);
  next().loss(kEveryInstrument, 9, 12, kCarryOn);
  next().raw(clear_all);
  next().bid(3, 50);
  next().raw(clear_all);  // of live books, of which one has a level
  next().loss(kEveryInstrument, 0, 20, kJoined);
  next().raw(clear_all);
  next().session(Session::messages_ended);
  next();
  next().define(2, "RENAMED");
  next().loss(Instrument{1}, 30, 31);  // dropped: the book is emptied
  next();
  const std::vector<std::vector<Event>> channels{script.events()};
  const Cuts expected = expected_cuts(channels, kInterval, 2);
  ASSERT_EQ(expected.size(), 14U);
  for (std::size_t i = 1; i < expected.size(); ++i) {
    const bool is_quiet = i == 10 || i == 13;  // a notice only
    EXPECT_EQ(expected[i].second == expected[i - 1].second, is_quiet) << i;
  }
  for (const u32 shards : {1U, 3U}) {
    RecordedCuts cuts;
    pipeline::EngineConfig config = small_rings(shards);
    cut_every(config, kInterval, cuts);
    ASSERT_TRUE(HandDriven(std::move(config), plain_feeds_of(channels, 1)).run_by_hand(shards));
    ASSERT_EQ(cuts.all.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_TRUE(cuts.all[i] == expected[i]) << i << ", " << shards << " shards";
    }
  }
}

TEST(Cuts, AreAssembledByAThreadThatKeepsNoCoreFromTheOthers) {
  RecordedCuts cuts;
  pipeline::EngineConfig config = small_rings(2);
  cut_every(config, kInterval, cuts);
  const HandDriven driven{std::move(config), plain_feeds_of(three_channels(1), 1)};
  for (const thread::Job& job : driven.jobs()) EXPECT_EQ(job.may_spin, job.name != "cuts");
}

TEST(Cuts, AReportMayBeLongerThanAChunk) {
  constexpr u32 kInstruments = 150;
  constexpr i64 kLevels = 60;
  Script script;
  u64 id = 0;
  for (u32 i = 0; i < kInstruments; ++i) {
    script.define(i, "S" + std::to_string(i));
    for (i64 level = 0; level < kLevels; ++level) script.bid(i, ++id, 1000 - level);
  }
  for (i64 cut = 1; cut <= 4; ++cut) {
    script.at(100'000 * cut);
    for (u32 i = 0; i < kInstruments; i += 3) script.bid(i, ++id, 2000 + cut);
  }
  const std::vector<std::vector<Event>> channels{script.events()};
  static_assert(kInstruments * kLevels * sizeof(book::Level) > 128 * 1024);
  const Cuts expected = expected_cuts(channels, 100'000, kLevels);
  for (const u32 shards : {1U, 2U}) {
    RecordedCuts cuts;
    pipeline::EngineConfig config = small_rings(shards, 64, 2);
    config.cut_depth = kLevels;
    cut_every(config, 100'000, cuts);
    ASSERT_TRUE(HandDriven(std::move(config), plain_feeds_of(channels, 1)).run_by_hand(shards));
    EXPECT_TRUE(cuts.all == expected) << shards << " shards";
  }
}

TEST(CutChunkPools, HaveWhatTwoReportsNeedToSpareAndNoMore) {
  constexpr std::size_t kRow = 40'000;  // three in a chunk
  CutChunkPool pool{kRow};
  EXPECT_TRUE(pool.keep_spare());
  EXPECT_FALSE(pool.keep_spare());
  EXPECT_FALSE(pool.expect_rows(0));
  EXPECT_TRUE(pool.expect_rows(1));
  EXPECT_FALSE(pool.expect_rows(3)) << "no more chunks than for one row";
  EXPECT_TRUE(pool.expect_rows(30));
  EXPECT_TRUE(pool.keep_spare());
  std::vector<CutChunk*> taken;
  for (int i = 0; i < 22; ++i) taken.push_back(pool.take());
  EXPECT_EQ(pool.made_by_take(), 0U);
  taken.push_back(pool.take());
  EXPECT_EQ(pool.made_by_take(), 1U) << "none were spare";
  for (CutChunk* const chunk : taken) pool.give_back(chunk);
  EXPECT_FALSE(pool.keep_spare());
  EXPECT_TRUE(pool.take()->has_room(3 * kRow));
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
    void on_cut(Nanos, pipeline::CutRows) override { throw std::runtime_error("the disk is full"); }
  } sink;
  build(sink, 0);  // the slow channel's end is its only report
  run_ahead();
  ASSERT_TRUE(driven_->run_by_hand(1));
  EXPECT_EQ(driven_->failures, std::vector<std::string>{"cuts: the disk is full"});
}

}  // namespace
}  // namespace tapedeck::test
