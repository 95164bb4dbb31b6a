// The engine on its threads comes to an end: after a stop at any moment, and whatever fails.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/pipeline/channel.hpp"
#include "engine/pipeline/engine.hpp"
#include "tests/support/engine_config.hpp"
#include "tests/support/hand_driven.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::test {
namespace {

using pipeline::Engine;
using pipeline::EngineConfig;
using pipeline::QueueFull;
using thread::WaitKind;

TEST(Engines, AStopAtAnyOfTwoHundredMomentsLeavesAWholePrefixApplied) {
  Random random{11};
  constexpr int kMoments = 200;
  for (int moment = 0; moment < kMoments; ++moment) {
    const u64 seed = random.next();
    SCOPED_TRACE("moment " + std::to_string(moment) + ", seed " + std::to_string(seed));
    const SteadyClock clock;
    thread::StopFlag stop;
    const u64 stop_after = random.below(scaled(5'000));
    Feeds feeds;
    ScriptOptions asks;  // one of the channels asks, in the middle of whatever the others are at
    asks.poll_seed = seed | 1;
    asks.on_poll = [&stop, stop_after](u64 messages) {
      if (messages >= stop_after) stop.request();
    };
    feeds.push_back(endless(seed, 5, asks));
    feeds.push_back(endless(seed + 1, 3));
    Random choices{seed};
    EngineConfig config = some_config(static_cast<u32>(choices.below(4)), choices);
    config.flow_digest = true;
    RecordedCuts cuts;
    if (choices.chance(0.3)) config.cut_interval = Nanos{200};
    config.cut_sink = &cuts;
    const EngineConfig kept = config;
    Engine engine{std::move(config), std::move(feeds), clock, stop};
    engine.run();
    const Channels prefixes{order_flow(seed, 5, engine.channel(0).feed().counters().messages),
                            order_flow(seed + 1, 3, engine.channel(1).feed().counters().messages)};
    ASSERT_EQ(outcome_of(engine), expected_of(prefixes)) << kept.shards << " shards";
  }
}

TEST(Engines, AStopFromAnotherThreadEndsChannelsThatWaitAsleep) {
  for (const u32 shards : {0U, 2U}) {
    const SteadyClock clock;
    thread::StopFlag stop;
    ScriptOptions silent;
    silent.never_ends = true;
    std::atomic<u64> polls{0};
    silent.on_poll = [&polls](u64) { ++polls; };
    Feeds feeds;
    feeds.push_back(scripted(order_flow(1, 2, 100), silent));
    EngineConfig config = with_shards(shards);
    config.wait = WaitKind::park;
    Engine engine{config, std::move(feeds), clock, stop};
    std::thread asker{[&] {
      while (polls < 200) std::this_thread::yield();
      stop.request();
    }};
    engine.run();
    asker.join();
    EXPECT_EQ(engine.channel(0).feed().counters().messages, 100U);
  }
}

void expect_failure(EngineConfig config, Feeds feeds, const std::string& told) {
  const SteadyClock clock;
  thread::StopFlag stop;
  Engine engine{std::move(config), std::move(feeds), clock, stop};
  try {
    engine.run();
    FAIL() << "the failure was swallowed";
  } catch (const thread::StageFailure& failure) {
    EXPECT_EQ(failure.what(), told);
  }
}

TEST(Engines, AFeedThatThrowsEndsTheRunWithItsName) {
  for (u64 after = 0; after < 3'000; after += kSanitized ? 999 : 100) {
    for (const u32 shards : {0U, 1U, 3U}) {
      ScriptOptions broken;
      broken.throw_after = after;
      Feeds feeds;
      feeds.push_back(endless(1, 4));
      feeds.push_back(endless(2, 4, broken));
      EngineConfig config = with_shards(shards);
      config.batch_events = 1;
      config.batches = 1;
      // A thread that yields beside other programs waits for a time slice of theirs at each batch.
      config.wait = after < 500 ? WaitKind::yield : WaitKind::park;
      expect_failure(config, std::move(feeds),
                     (shards == 0 ? "inline" : "channel 1") + std::string{": the feed failed"});
    }
  }
}

TEST(Engines, ASinkThatThrowsEndsTheRunWithItsName) {
  struct Broken final : pipeline::CutSink {
    explicit Broken(u64 after) : left(after) {}
    void on_cut(Nanos, pipeline::CutRows) override {
      if (left-- == 0) throw std::runtime_error("the disk is full");
    }
    u64 left;
  };
  for (u64 after = 0; after < 100; after += kSanitized ? 33 : 9) {
    for (const u32 shards : {0U, 1U, 3U}) {
      Broken sink{after};
      Feeds feeds;
      feeds.push_back(endless(1, 4));
      feeds.push_back(endless(2, 4));
      EngineConfig config = with_shards(shards);
      config.batch_events = 2;
      config.batches = 1;
      config.wait = WaitKind::yield;
      config.cut_interval = Nanos{100};
      config.cut_sink = &sink;
      expect_failure(config, std::move(feeds),
                     (shards == 0 ? "inline" : "cuts") + std::string{": the disk is full"});
    }
  }
}

// On threads: one shard, or the sink, or a feed fails while every ring is as full as it can be.
TEST(Stages, AShardThatThrowsWithEveryQueueFullEndsTheRun) {
  for (u64 after = 1; after < 100; after += kSanitized ? 20 : 3) {
    RecordedCuts cuts;
    std::atomic<u64> left{after};
    Feeds feeds;
    for (u64 channel = 0; channel < 3; ++channel) feeds.push_back(endless(channel, 6));
    EngineConfig config = small_rings(3, 1, 1);
    cut_every(config, 100, cuts);
    config.wait = after % 2 == 0 ? WaitKind::park : WaitKind::yield;
    config.strategies.push_back(FailingStrategy::plan(left));
    const SteadyClock clock;
    thread::StopFlag stop;
    Engine engine{std::move(config), std::move(feeds), clock, stop};
    try {
      engine.run();
      FAIL() << "the failure was swallowed";
    } catch (const thread::StageFailure& failure) {
      EXPECT_NE(std::string{failure.what()}.find(": the shard failed"), std::string::npos);
    }
  }
}

// By hand, where a seed repeats what happened: any mix of failures, all in full queues.
TEST(Stages, WhoeverThrowsWheneverEveryStageComesToItsEnd) {
  struct Sink final : pipeline::CutSink {
    void on_cut(Nanos, pipeline::CutRows) override {
      if (left-- == 0) throw std::runtime_error("the sink failed");
    }
    u64 left = ~u64{0};
  };
  u64 failures = 0;
  for (const u64 seed : test::seeds(kSanitized ? 300 : 2'000)) {
    Random random{seed};
    Sink sink;
    if (random.chance(0.5)) sink.left = random.below(80);
    std::atomic<u64> left{random.chance(0.5) ? random.below(1'200) : ~u64{0}};
    Feeds feeds;
    for (u64 channel = 0, channels = 1 + random.below(3); channel < channels; ++channel) {
      ScriptOptions options;
      options.messages_per_poll = 1 + static_cast<u32>(random.below(30));
      if (random.chance(0.3)) options.throw_after = random.below(300);
      options.damaged = random.chance(0.3);
      feeds.push_back(scripted(order_flow(seed + channel, 4, random.below(400)), options));
    }
    EngineConfig config = small_rings(static_cast<u32>(random.below(4)));
    config.batch_events = 1 + static_cast<u32>(random.below(3));
    config.batches = 1 + static_cast<u32>(random.below(2));
    config.full = random.chance(0.5) && config.shards > 0 ? QueueFull::drop : QueueFull::block;
    cut_every(config, 1 + static_cast<i64>(random.below(100)), sink);
    config.strategies.push_back(FailingStrategy::plan(left));
    HandDriven driven{std::move(config), std::move(feeds)};
    ASSERT_TRUE(driven.run_by_hand(seed));
    failures += driven.failures.size();
    if (!driven.failures.empty()) continue;
    const Outcome o = driven.outcome();
    ASSERT_EQ(o.read, o.counters.applied + o.counters.notices + o.counters.ignored +
                          o.counters.unrouted + o.dropped)
        << "seed " << seed << ": " << o;
  }
  EXPECT_GT(failures, 100U) << "too little was put to the test";
}

#ifdef TAPEDECK_SANITIZED
// Sets what the way back of all rings does, as long as it lives.
class ScriptedWayBack {
 public:
  ScriptedWayBack(u64 seed, bool refuses) {
    random() = Random{seed};
    thread::WayBackScript::is_late = [] { return random().chance(0.5); };
    if (refuses) thread::WayBackScript::refuses = [] { return random().chance(0.2); };
  }
  ScriptedWayBack(const ScriptedWayBack&) = delete;
  ScriptedWayBack& operator=(const ScriptedWayBack&) = delete;
  ~ScriptedWayBack() {
    thread::WayBackScript::is_late = nullptr;
    thread::WayBackScript::refuses = nullptr;
  }

 private:
  static Random& random() {
    static Random one{0};
    return one;
  }
};

TEST(Stages, BatchesThatComeBackLateOrAreRefusedChangeNothing) {
  for (const u64 seed : test::seeds(100)) {
    const bool refuses = seed % 2 == 0;
    const ScriptedWayBack script{seed, refuses};
    const Channels channels{order_flow(seed, 5, 300), order_flow(seed + 1, 3, 200)};
    Feeds feeds;
    for (const std::vector<Event>& events : channels) feeds.push_back(scripted(events));
    HandDriven driven{small_rings(1 + static_cast<u32>(seed % 3)), std::move(feeds)};
    ASSERT_TRUE(driven.run_by_hand(seed));
    const Outcome expected = expected_of(channels);
    EXPECT_EQ(driven.outcome().counters, expected.counters) << "seed " << seed;
    EXPECT_EQ(driven.topology().queue_faults() > 0, refuses) << "seed " << seed;
  }
}
#endif

}  // namespace
}  // namespace tapedeck::test
