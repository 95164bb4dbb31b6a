// Levels are shown of those instruments that readers ask for, soon after they ask, and as long as
// they do.
#include "engine/pipeline/depth_board.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "engine/pipeline/engine.hpp"
#include "tests/support/hand_driven.hpp"
#include "tests/support/published_shard.hpp"

namespace tapedeck::test {
namespace {

using pipeline::Depth;
using pipeline::DepthRequest;
using pipeline::kDepthLevels;

class DepthCells : public ::testing::Test {
 protected:
  void SetUp() override {
    script_.define(0, "A").define(1, "B").bid(0, 1, 100).bid(0, 2, 99).add(0, 3, Side::ask, 101, 7);
    shard_.book(script_);
  }
  [[nodiscard]] static Price best_bid(const DepthRequest& request) {
    const auto levels = request.try_read();
    return levels && levels->bid_count > 0 ? levels->bids[0].price : kNoPrice;
  }

  Script script_;
  PublishedShard shard_;
};

TEST_F(DepthCells, AreFilledOnceAskedForThoughTheInstrumentIsQuiet) {
  const DepthRequest request = shard_.depth().request(0);
  EXPECT_FALSE(request.try_read());
  EXPECT_EQ(request.version(), 0U);
  shard_.idle();
  const auto levels = request.try_read();
  ASSERT_TRUE(levels);
  EXPECT_EQ(*levels, book::depth_of<kDepthLevels>(shard_.shard().books(), shard_.book_of(0)));
  EXPECT_EQ(levels->bid_count, 2U);
  EXPECT_EQ(levels->side(Side::bid)[1].price, Price{99});
  ASSERT_EQ(levels->side(Side::ask).size(), 1U);
  EXPECT_EQ(levels->side(Side::ask)[0], (book::Level{Price{101}, Quantity{7}, 1}));
  EXPECT_EQ(levels->sequence, 5U);
}

TEST_F(DepthCells, FollowTheBookAsLongAsOneRequestIsHeld) {
  DepthRequest first = shard_.depth().request(0);
  DepthRequest second = shard_.depth().request(0);
  shard_.book(script_.bid(0, 4, 105));
  EXPECT_EQ(best_bid(first), Price{105});
  first = {};
  shard_.book(script_.bid(0, 5, 106));
  EXPECT_EQ(best_bid(second), Price{106});
  const u64 version = second.version();
  shard_.book(script_.bid(1, 6, 50));
  EXPECT_EQ(second.version(), version) << "another instrument's change";
}

TEST_F(DepthCells, AreWrittenOncePerBatchAlsoInTheOneInWhichTheyAreAskedFor) {
  const DepthRequest request = shard_.depth().request(0);
  shard_.book(script_.bid(0, 4, 105).bid(0, 5, 106));
  EXPECT_EQ(request.version(), 1U);
  shard_.idle();
  EXPECT_EQ(request.version(), 1U);
  shard_.book(script_.bid(0, 6, 107).bid(0, 7, 108));
  EXPECT_EQ(request.version(), 2U);
}

TEST_F(DepthCells, ThatWereDroppedShowNoOldLevelsToTheNextRequest) {
  {
    const DepthRequest request = shard_.depth().request(0);
    shard_.idle();
    EXPECT_EQ(best_bid(request), Price{100});
  }
  shard_.book(script_.bid(0, 4, 105));
  const DepthRequest again = shard_.depth().request(0);
  EXPECT_FALSE(again.try_read());
  shard_.idle();
  EXPECT_EQ(best_bid(again), Price{105});
}

TEST_F(DepthCells, ShowTheBestLevelsOfADeepBook) {
  for (u64 id = 10; id < 50; ++id) script_.bid(0, id, 200 - static_cast<i64>(id));
  const DepthRequest request = shard_.depth().request(0);
  shard_.book(script_);
  const auto levels = request.try_read();
  ASSERT_TRUE(levels);
  ASSERT_EQ(levels->bid_count, kDepthLevels);
  for (u32 i = 0; i < kDepthLevels; ++i) EXPECT_EQ(levels->bids[i].price, Price{190 - i});
}

TEST_F(DepthCells, OfAnInstrumentThatIsNotDefinedYetComeWithIt) {
  const DepthRequest request = shard_.depth().request(2);
  shard_.idle();
  EXPECT_FALSE(request.try_read());
  shard_.book(script_.define(2, "C"));
  ASSERT_TRUE(request.try_read());
  EXPECT_EQ(request.try_read()->bid_count, 0U);
  EXPECT_FALSE(shard_.depth().request(~0U)) << "no shard has so many";
}

TEST_F(DepthCells, AreEmptiedWhenTheWholeChannelIsCleared) {
  const DepthRequest request = shard_.depth().request(0);
  shard_.idle();
  shard_.book(script_.clear(kEveryInstrument.value));
  ASSERT_TRUE(request.try_read());
  EXPECT_EQ(*request.try_read(),
            (Depth{.sequence = 5, .time = Nanos{5}, .events = 3, .bids = {}, .asks = {}}));
}

// A topology with one instrument, whose feed is silent after its first messages.
std::unique_ptr<HandDriven> quiet_run(u32 shards) {
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(scripted(Script{}.define(0, "A").bid(0, 1, 100).events(), {.never_ends = true}));
  pipeline::EngineConfig config = small_rings(shards);
  config.depth = true;
  auto run = std::make_unique<HandDriven>(config, std::move(feeds));
  for (int i = 0; i < 10; ++i) {
    for (std::size_t job = 0; job < run->jobs().size(); ++job) (void)run->poll(job);
  }
  return run;
}

TEST(DepthRequests, AreAnsweredByAnIdleStage) {
  for (const u32 shards : {0U, 1U}) {
    const auto run = quiet_run(shards);
    const DepthRequest request = run->shard(0).published().depth()->request(0);
    EXPECT_FALSE(request.try_read());
    EXPECT_EQ(run->poll(run->jobs().size() - 1), 0U);
    ASSERT_TRUE(request.try_read()) << shards;
    EXPECT_EQ(request.try_read()->bids[0].price, Price{100});
  }
}

TEST(DepthRequests, WakeAShardThatSleepsAndAreAnsweredAfterTheRunToo) {
  const SteadyClock clock;
  thread::StopFlag stop;
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(scripted(Script{}.define(0, "A").bid(0, 1, 100).events(), {.never_ends = true}));
  pipeline::EngineConfig config = small_rings(1);
  config.wait = thread::WaitKind::park;
  config.depth = true;
  pipeline::Engine engine{config, std::move(feeds), clock, stop};
  pipeline::DepthBoard& board = *engine.published(0).depth();
  std::thread reader{[&] {
    while (engine.published(0).cells().size() == 0) std::this_thread::yield();
    for (int i = 0; i < 20; ++i) {
      const DepthRequest request = board.request(0);
      while (!request.try_read()) std::this_thread::yield();  // a hang is the test's time limit
    }
    stop.request();
  }};
  engine.run();
  reader.join();
  const DepthRequest late = board.request(0);
  EXPECT_FALSE(late.try_read());
  engine.serve_requests();
  EXPECT_TRUE(late.try_read());
}

}  // namespace
}  // namespace tapedeck::test
