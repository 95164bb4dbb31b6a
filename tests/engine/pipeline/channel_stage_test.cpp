// The channel's stage by hand: what it does when rings are full, in both modes.
#include <gtest/gtest.h>

#include "tests/support/hand_driven.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::test {
namespace {

using pipeline::EngineConfig;
using pipeline::QueueFull;

// One channel; the shards are polled only when a case says so.
class ChannelStages : public ::testing::Test {
 protected:
  void play(const Script& script, EngineConfig config, ScriptOptions feed = {}) {
    std::vector<std::unique_ptr<Feed>> feeds;
    feeds.push_back(scripted(script.events(), std::move(feed)));
    driven_ = std::make_unique<HandDriven>(std::move(config), std::move(feeds));
  }
  static EngineConfig small(QueueFull full, u32 shards = 1) {
    EngineConfig config = small_rings(shards, 1, 1);
    config.full = full;
    return config;
  }
  static ScriptOptions one_a_poll() {
    ScriptOptions options;
    options.messages_per_poll = 1;
    return options;
  }
  /// The script's first messages, its definitions: dealt out, applied, their batches back.
  void settle(int definitions = 1) {
    for (int i = 0; i < definitions; ++i) {
      (void)driven_->poll_channel(0);
      drain();
    }
  }
  /// Polls the channel until it can do no more without the shards.
  void read_all() {
    while (driven_->poll_channel(0) > 0) {
    }
  }
  void drain() { driven_->drain_shard(0); }
  void finish() { ASSERT_TRUE(driven_->run_by_hand(1)); }
  void expect_all_accounted_for() {
    const Outcome o = driven_->outcome();
    EXPECT_EQ(o.read, o.counters.applied + o.counters.notices + o.counters.ignored +
                          o.counters.unrouted + o.dropped)
        << o;
  }
  void expect_lost(u32 instrument, Sequence first, Sequence last) {
    const book::InstrumentState& state = driven_->book(instrument).state;
    EXPECT_TRUE(state.is_stale());
    EXPECT_TRUE(state.ignores_events());
    EXPECT_EQ(state.trust_range.first, first);
    EXPECT_EQ(state.trust_range.last, last);
    EXPECT_TRUE(driven_->book(instrument).sides[0].empty());
  }

  std::unique_ptr<HandDriven> driven_;
};

TEST_F(ChannelStages, BlockStopsReadingAtAFullRingAndLosesNothing) {
  Script script;
  script.define(0, "A").bid(0, 1).bid(0, 2).bid(0, 3).bid(0, 4);
  play(script, small(QueueFull::block), one_a_poll());
  settle();
  read_all();
  EXPECT_EQ(driven_->topology().channel(0).feed().counters().messages, 3U)
      << "the second order waits";
  EXPECT_EQ(driven_->poll_channel(0), 0U);
  finish();
  EXPECT_EQ(driven_->outcome().counters.applied, 4U);
  EXPECT_EQ(driven_->outcome().dropped, 0U);
  expect_all_accounted_for();
}

TEST_F(ChannelStages, DropReadsOnAndMarksTheBookStaleOverWhatWasLost) {
  Script script;
  script.define(0, "A").bid(0, 1).bid(0, 2).bid(0, 3).bid(0, 4);
  play(script, small(QueueFull::drop), one_a_poll());
  settle();
  read_all();
  finish();
  EXPECT_EQ(driven_->outcome().dropped, 3U);
  EXPECT_EQ(driven_->outcome().counters.applied, 1U);
  expect_lost(0, 3, 5);
  expect_all_accounted_for();
}

TEST_F(ChannelStages, WhatMayNotBeDroppedWaits) {
  Script script;
  script.define(0, "A").bid(0, 1).bid(0, 2).bid(0, 3).bid(0, 4);
  ScriptOptions preroll = one_a_poll();
  preroll.must_arrive = true;
  play(script, small(QueueFull::drop), preroll);
  settle();
  read_all();
  EXPECT_EQ(driven_->topology().channel(0).feed().counters().messages, 3U)
      << "the second order waits";
  finish();
  EXPECT_EQ(driven_->outcome().dropped, 0U);
  EXPECT_FALSE(driven_->book(0).state.is_stale());
  expect_all_accounted_for();
}

TEST_F(ChannelStages, WhatRestoresBooksWaitsAndWhatFollowsIsDropped) {
  Script script;
  script.define(0, "A").bid(0, 1).bid(0, 2).bid(0, 3).bid(0, 4);
  ScriptOptions restoring = one_a_poll();
  restoring.restores = 3;
  play(script, small(QueueFull::drop), restoring);
  settle();
  read_all();
  EXPECT_EQ(driven_->topology().channel(0).feed().counters().messages, 3U);
  finish();
  EXPECT_EQ(driven_->outcome().counters.applied + driven_->outcome().dropped, 4U);
  EXPECT_GE(driven_->outcome().counters.applied, 2U);
  expect_all_accounted_for();
}

TEST_F(ChannelStages, DueTimesDecideNothing) {
  Script script;
  script.define(0, "A").bid(0, 1).bid(0, 2).bid(0, 3);
  ScriptOptions untimed = one_a_poll();
  untimed.due_time = kNotTimed;
  play(script, small(QueueFull::drop), untimed);
  settle();
  read_all();
  finish();
  EXPECT_EQ(driven_->outcome().dropped, 2U);
}

TEST_F(ChannelStages, AWarmUpIsDroppedLikeTheLoadThatItIs) {
  Script script;
  script.define(0, "A").bid(0, 1).bid(0, 2).bid(0, 3);
  ScriptOptions warm_up = one_a_poll();
  warm_up.due_time = kWarmUp;
  play(script, small(QueueFull::drop), warm_up);
  settle();
  read_all();
  finish();
  EXPECT_EQ(driven_->outcome().dropped, 2U);
}

TEST_F(ChannelStages, ALossGoesAheadOfTheNextDataWhichIsThenIgnored) {
  Script script;
  script.define(0, "A").bid(0, 1).bid(0, 2).bid(0, 3);
  EngineConfig config = small(QueueFull::drop);
  config.batch_events = 2;
  play(script, std::move(config), one_a_poll());
  settle();
  for (int i = 0; i < 2; ++i) (void)driven_->poll_channel(0);  // an order, a drop
  EXPECT_EQ(driven_->outcome().dropped, 1U);
  drain();
  EXPECT_FALSE(driven_->book(0).state.is_stale());
  (void)driven_->poll_channel(0);
  drain();
  EXPECT_EQ(driven_->outcome().counters.ignored, 1U);
  expect_lost(0, 3, 3);
}

TEST_F(ChannelStages, AClearEndsTheLossAndTheBookFillsAgain) {
  Script script;
  script.define(0, "A").bid(0, 1).bid(0, 2).bid(0, 3).clear(0).bid(0, 4);
  EngineConfig config = small(QueueFull::drop);
  config.batch_events = 4;
  play(script, std::move(config), one_a_poll());
  settle();
  for (int i = 0; i < 2; ++i) (void)driven_->poll_channel(0);
  drain();
  for (int i = 0; i < 3; ++i) {
    (void)driven_->poll_channel(0);
    drain();
  }
  finish();
  EXPECT_FALSE(driven_->book(0).state.is_stale());
  EXPECT_EQ(driven_->shard(0).books().orders_of(driven_->book(0)), 1U);
  EXPECT_EQ(driven_->outcome().counters.ignored, 1U) << "order 3 came before the clear";
  expect_all_accounted_for();
}

TEST_F(ChannelStages, OnlyTheInstrumentsThatLostSomethingAreStale) {
  Script script;
  script.define(0, "A").define(1, "B").bid(0, 1).bid(1, 2);
  EngineConfig config = small(QueueFull::drop);
  config.batch_events = 8;
  play(script, std::move(config), one_a_poll());
  settle(2);
  for (int i = 0; i < 2; ++i) (void)driven_->poll_channel(0);  // the second finds the ring full
  drain();
  finish();
  EXPECT_FALSE(driven_->book(0).state.is_stale());
  expect_lost(1, 4, 4);
  expect_all_accounted_for();
}

TEST_F(ChannelStages, ALossIsToldAsSoonAsThereIsRoomEvenIfNothingFollows) {
  Script script;
  script.define(0, "A").bid(0, 1).bid(0, 2).bid(0, 3);
  ScriptOptions live = one_a_poll();
  live.never_ends = true;
  play(script, small(QueueFull::drop), live);
  settle();
  read_all();
  drain();
  EXPECT_EQ(driven_->outcome().dropped, 2U);
  (void)driven_->poll_channel(0);
  drain();
  expect_lost(0, 3, 4);
}

TEST_F(ChannelStages, LossesOfManyInstrumentsAllGetThroughOneBatchPools) {
  Script script;
  constexpr u32 kInstruments = 20;
  for (u32 i = 0; i < kInstruments; ++i) script.define(i, "S" + std::to_string(i));
  for (u32 round = 0; round < 5; ++round) {
    for (u32 i = 0; i < kInstruments; ++i) script.bid(i, round * 100 + i);
  }
  for (const u64 seed : test::seeds(20)) {
    play(script, small(QueueFull::drop, 2));
    ASSERT_TRUE(driven_->run_by_hand(seed));
    expect_all_accounted_for();
    EXPECT_GT(driven_->outcome().dropped, 0U);
    for (u32 i = 0; i < kInstruments; ++i) {
      const book::Book& book = driven_->book(i);
      if (book.state.events == 5) continue;
      EXPECT_TRUE(book.state.is_stale()) << "seed " << seed << ", instrument " << i;
    }
  }
}

TEST_F(ChannelStages, ALossOfTheFeedsOwnIsNeverDropped) {
  Script script;
  script.define(0, "A").bid(0, 1).bid(0, 2).loss(Instrument{0}, 7, 9);
  play(script, small(QueueFull::drop), one_a_poll());
  settle();
  read_all();
  finish();
  EXPECT_EQ(driven_->outcome().dropped, 1U);
  expect_lost(0, 3, 9);
  expect_all_accounted_for();
}

TEST_F(ChannelStages, ASessionChangeReachesEveryShardOnceThoughTheirRingsFillInTurn) {
  Script script;
  for (u32 i = 0; i < 3; ++i) script.define(i, "S" + std::to_string(i));
  for (int i = 0; i < 10; ++i) {
    script.session(i % 2 == 0 ? Session::market_open : Session::system_closed);
  }
  for (const QueueFull full : {QueueFull::block, QueueFull::drop}) {
    for (const u64 seed : test::seeds(20)) {
      play(script, small(full, 3));
      ASSERT_TRUE(driven_->run_by_hand(seed));
      for (std::size_t shard = 0; shard < 3; ++shard) {
        EXPECT_EQ(driven_->shard(shard).books().session(0), Session::system_closed);
      }
      EXPECT_EQ(driven_->outcome().counters.applied, 10U) << "counted once, not per shard";
      expect_all_accounted_for();
    }
  }
}

TEST_F(ChannelStages, DroppedMarketWideNoticesAreCountedAndMakeNoBookStale) {
  Script script;
  script.define(0, "A").notice().notice().notice();
  play(script, small(QueueFull::drop), one_a_poll());
  settle();
  read_all();
  finish();
  EXPECT_EQ(driven_->outcome().dropped, 2U);
  EXPECT_EQ(driven_->outcome().counters.notices, 1U);
  EXPECT_FALSE(driven_->book(0).state.is_stale());
  expect_all_accounted_for();
}

TEST_F(ChannelStages, DamageMakesEveryBookOfTheChannelStale) {
  Script script;
  script.define(0, "A").define(1, "B").bid(0, 1).bid(1, 2);
  ScriptOptions damaged;
  damaged.damaged = true;
  play(script, small(QueueFull::block, 2), damaged);
  finish();
  for (const u32 instrument : {0U, 1U}) {
    EXPECT_TRUE(driven_->book(instrument).state.is_stale());
    EXPECT_FALSE(driven_->book(instrument).sides[0].empty()) << "what was right stays";
  }
  expect_all_accounted_for();
}

TEST_F(ChannelStages, EventsOfAnInstrumentThatWasNeverDefinedAreAccountedFor) {
  Script script;
  script.define(0, "A").bid(7, 1).bid(7, 2).loss(Instrument{7}, 1, 2).bid(0, 3);
  for (const QueueFull full : {QueueFull::block, QueueFull::drop}) {
    play(script, small(full, 2));
    read_all();
    finish();
    expect_all_accounted_for();
  }
}

TEST_F(ChannelStages, AStopEndsTheChannelAtAMessageThatWasDealtOut) {
  Script script;
  script.define(0, "A").bid(0, 1).bid(0, 2).bid(0, 3).bid(0, 4);
  play(script, small(QueueFull::block), one_a_poll());
  settle();
  read_all();
  driven_->stop().request();
  finish();
  EXPECT_EQ(driven_->topology().channel(0).feed().counters().messages, 3U);
  EXPECT_EQ(driven_->outcome().counters.applied, 2U);
  expect_all_accounted_for();
}

TEST_F(ChannelStages, ALineWithoutAnyEventEnds) {
  play(Script{}, small(QueueFull::block, 3));
  finish();
  EXPECT_EQ(driven_->outcome().read, 0U);
}

// A live source that has nothing, and a descriptor that says when it has.
class Quiet final : public Feed {
 public:
  static constexpr int kDescriptor = 7;
  FeedStatus poll(EventBuffer& /*out*/, Nanos /*now*/) override { return FeedStatus::idle; }
  const FeedCounters& counters() const override { return counters_; }
  std::optional<int> descriptor() const override { return kDescriptor; }

 private:
  FeedCounters counters_;
};

TEST_F(ChannelStages, NameTheDescriptorOfASourceThatHasNothing) {
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(std::make_unique<Quiet>());
  driven_ = std::make_unique<HandDriven>(small(QueueFull::block), std::move(feeds));
  const thread::Stage& stage = *driven_->jobs()[0].stage;
  std::vector<int> named;
  stage.add_descriptors(named);
  EXPECT_TRUE(named.empty()) << "the source was not asked yet";
  EXPECT_EQ(driven_->poll_channel(0), 0U);
  stage.add_descriptors(named);
  EXPECT_EQ(named, std::vector<int>{Quiet::kDescriptor});
  EXPECT_EQ(stage.longest_sleep(), pipeline::kLookAtClock);
}

}  // namespace
}  // namespace tapedeck::test
