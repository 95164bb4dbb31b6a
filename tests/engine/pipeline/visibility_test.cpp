// What becomes visible, and when: by hand to the nanosecond, and on threads that all come to an
// end.
#include "engine/pipeline/visibility.hpp"

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/pipeline/channel.hpp"
#include "engine/pipeline/engine.hpp"
#include "tests/support/assembly.hpp"

namespace tapedeck::test {
namespace {

using pipeline::Beacon;
using pipeline::BeaconCell;
using pipeline::BookTop;
using pipeline::CellBoard;
using pipeline::FollowOptions;
using pipeline::Leg;
using pipeline::LegWindows;
using pipeline::SharedOrigin;
using pipeline::VisibilityStage;

BookTop top_with(Sequence sequence) {
  BookTop top{};
  top.sequence = sequence;
  return top;
}

// One shard's board and beacon, written here, and the reader that looks at them.
class AReader : public ::testing::Test {
 protected:
  void look_at(i64 now) {
    clock_.advance(Nanos{now} - clock_.now());
    EXPECT_EQ(reader_.poll(), 1U);
  }
  [[nodiscard]] const Histogram& leg(Leg leg, std::size_t window = 0) const {
    return reader_.windows()[window][leg];
  }

  ManualClock clock_;
  SharedOrigin origin_;
  BeaconCell beacon_;
  CellBoard cells_;
  VisibilityStage reader_{{{&beacon_, &cells_}}, LegWindows{2, {1'000}, origin_}, clock_};
};

TEST_F(AReader, CountsFromDueAndFromBookedToItsFirstLookAtTheCell) {
  look_at(10);
  EXPECT_EQ(leg(Leg::due_to_visible).count(), 0U) << "no beacon is lit";
  cells_.write(0, top_with(7));
  beacon_.write({{100}, {150}, 0, 7});
  look_at(190);
  look_at(400);
  EXPECT_EQ(leg(Leg::due_to_visible).count(), 1U) << "once, however often it looks";
  EXPECT_EQ(leg(Leg::due_to_visible).max(), Nanos{90});
  EXPECT_EQ(leg(Leg::book_to_visible).max(), Nanos{40});
  EXPECT_EQ(leg(Leg::due_to_book).count(), 0U) << "is the shard's to tell";
}

TEST_F(AReader, HasNotSeenAnEventBeforeItsCellShowsIt) {
  cells_.write(0, top_with(6));
  beacon_.write({{100}, {150}, 0, 7});
  look_at(190);
  EXPECT_EQ(leg(Leg::due_to_visible).count(), 0U);
  cells_.write(0, top_with(8));
  look_at(300);
  EXPECT_EQ(leg(Leg::due_to_visible).max(), Nanos{200});
}

TEST_F(AReader, WaitsForACellThatIsNotThereYet) {
  beacon_.write({{100}, {150}, 3, 7});
  look_at(190);
  EXPECT_EQ(leg(Leg::due_to_visible).count(), 0U);
  for (std::size_t cell = 0; cell <= 3; ++cell) cells_.write(cell, top_with(7));
  look_at(200);
  EXPECT_EQ(leg(Leg::due_to_visible).max(), Nanos{100});
}

TEST_F(AReader, CountsOnlyTheLastOfBeaconsThatItDidNotComeTo) {
  cells_.write(0, top_with(9));
  beacon_.write({{100}, {150}, 0, 8});
  beacon_.write({{200}, {250}, 0, 9});
  look_at(300);
  EXPECT_EQ(leg(Leg::due_to_visible).count(), 1U);
  EXPECT_EQ(leg(Leg::due_to_visible).max(), Nanos{100});
}

TEST_F(AReader, KeepsItsWindowsFromTheEnginesOrigin) {
  (void)origin_.or_first({0});
  cells_.write(0, top_with(9));
  beacon_.write({{1'500}, {1'550}, 0, 9});
  look_at(1'600);
  EXPECT_EQ(leg(Leg::due_to_visible, 0).count(), 0U);
  EXPECT_EQ(leg(Leg::due_to_visible, 1).count(), 1U);
}

TEST(Visibility, EndsWithTheLastShardOrWhenItIsToldTo) {
  ManualClock clock;
  SharedOrigin origin;
  std::vector<BeaconCell> beacons(2);
  std::vector<CellBoard> boards(2);
  const std::vector<VisibilityStage::Watched> watched{{&beacons[0], &boards[0]},
                                                      {&beacons[1], &boards[1]}};
  VisibilityStage reader{watched, LegWindows{1, {1'000}, origin}, clock};
  reader.shard_done();
  EXPECT_FALSE(reader.done());
  reader.shard_done();
  EXPECT_TRUE(reader.done());
  VisibilityStage given_up{watched, LegWindows{1, {1'000}, origin}, clock};
  given_up.abandon();
  EXPECT_TRUE(given_up.done());
}

TEST(Visibility, AShardLightsItsBeaconForTheLastFollowedEventOfABatch) {
  Script script;
  script.define(0, "A").define(1, "B");
  script.bid(0, 1).bid(1, 2).bid(0, 3);
  ManualClock clock;
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(scripted(script.events()));
  AssemblyOptions options;
  options.batches = 16;
  options.batch_events = 64;
  options.clock = &clock;
  options.follow = FollowOptions{.every = 1, .visible = true};
  Assembly assembly{std::move(options), std::move(feeds)};
  clock.advance({1'000});
  (void)assembly.poll_channel(0);
  clock.advance({20});
  const BeaconCell& beacon = *assembly.shard(0).beacon();
  EXPECT_FALSE(beacon.try_read());
  while (assembly.poll_shard(0) > 0) {
  }
  const auto lit = beacon.try_read();
  ASSERT_TRUE(lit);
  EXPECT_EQ(lit->due, Nanos{1'000});
  EXPECT_EQ(lit->booked, Nanos{1'020});
  EXPECT_EQ(lit->sequence, script.events().back().sequence);
  const auto top = assembly.shard(0).cells().cell(lit->cell).try_read();
  ASSERT_TRUE(top);
  EXPECT_EQ(top->define.name(), "A");
  EXPECT_GE(top->sequence, lit->sequence) << "the cell is written before the beacon is lit";
}

pipeline::EngineConfig watched_by_a_reader(u32 shards) {
  pipeline::EngineConfig config;
  config.shards = shards;
  config.follow = FollowOptions{.every = 1, .visible = true, .windows = 3};
  return config;
}

// Of one run on threads, and that its reader had a thread.
pipeline::LegTimes seen_by_a_reader(u32 shards) {
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(scripted(order_flow(11, 9, 20'000), {.messages_per_poll = 5}));
  const SteadyClock clock;
  thread::StopFlag stop;
  pipeline::Engine engine{watched_by_a_reader(shards), std::move(feeds), clock, stop};
  engine.run();
  EXPECT_EQ(engine.placements().back().thread, "reader");
  pipeline::LegTimes sum;
  for (const pipeline::LegTimes& window : engine.leg_times()) sum.merge(window);
  return sum;
}

TEST(Visibility, OnThreadsAReaderSeesEventsAndNoMoreThanThereWere) {
  for (const u32 shards : {0U, 1U, 3U}) {
    // A run takes some milliseconds: it may be over before its reader gets a core.
    constexpr int kMostRuns = 200;
    pipeline::LegTimes sum = seen_by_a_reader(shards);
    for (int run = 1; run < kMostRuns && sum[Leg::due_to_visible].count() == 0; ++run) {
      sum = seen_by_a_reader(shards);
    }
    // Five messages a poll are a batch, or one a shard, and only its last event is looked for.
    const u64 polls = 20'000 / 5 + 1;
    EXPECT_GT(sum[Leg::due_to_visible].count(), 0U) << shards;
    EXPECT_LE(sum[Leg::due_to_visible].count(), polls * std::max(shards, 1U)) << shards;
    EXPECT_EQ(sum[Leg::due_to_visible].count(), sum[Leg::book_to_visible].count()) << shards;
    EXPECT_EQ(sum[Leg::book_to_visible].negative(), 0U) << shards;
  }
}

TEST(Visibility, AReaderEndsWhenAFeedFails) {
  for (const u32 shards : {0U, 2U}) {
    ScriptOptions broken;
    broken.throw_after = 1'000;
    std::vector<std::unique_ptr<Feed>> feeds;
    feeds.push_back(scripted(order_flow(11, 9, 20'000), broken));
    const SteadyClock clock;
    thread::StopFlag stop;
    pipeline::Engine engine{watched_by_a_reader(shards), std::move(feeds), clock, stop};
    EXPECT_THROW(engine.run(), thread::StageFailure) << shards;
  }
}

}  // namespace
}  // namespace tapedeck::test
