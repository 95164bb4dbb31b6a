// What becomes visible, and when: by hand to the nanosecond, and on threads that all come to an
// end.
#include "engine/pipeline/visibility.hpp"

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/pipeline/channel.hpp"
#include "engine/pipeline/engine.hpp"
#include "tests/support/hand_driven.hpp"

namespace tapedeck::test {
namespace {

using latency::LatencySpan;
using latency::SamplerOptions;
using latency::SharedOrigin;
using latency::SpanWindows;
using pipeline::CellBoard;
using pipeline::VisibilityProbe;
using pipeline::VisibilityProbeCell;
using pipeline::VisibilityStage;

book::InstrumentView view_with(Sequence sequence) {
  book::InstrumentView view;
  view.sequence = sequence;
  return view;
}

// One shard's board and probe, written here, and the reader that looks at them.
class AReader : public ::testing::Test {
 protected:
  void look_at(i64 now) {
    clock_.advance(Nanos{now} - clock_.now());
    EXPECT_EQ(reader_.poll(), 1U);
  }
  [[nodiscard]] const Histogram& span(LatencySpan span, std::size_t window = 0) const {
    return reader_.windows()[window][span];
  }

  ManualClock clock_;
  SharedOrigin origin_;
  VisibilityProbeCell probe_;
  CellBoard cells_;
  VisibilityStage reader_{{{&probe_, &cells_}}, SpanWindows{2, {1'000}, origin_}, clock_};
};

TEST_F(AReader, CountsFromDueAndFromBookedToItsFirstLookAtTheCell) {
  look_at(10);
  EXPECT_EQ(span(LatencySpan::due_to_visible).count(), 0U) << "no probe is written";
  cells_.write(0, view_with(7));
  probe_.write({{100}, {150}, 0, 7});
  look_at(190);
  look_at(400);
  EXPECT_EQ(span(LatencySpan::due_to_visible).count(), 1U) << "once, however often it looks";
  EXPECT_EQ(span(LatencySpan::due_to_visible).max(), Nanos{90});
  EXPECT_EQ(span(LatencySpan::book_to_visible).max(), Nanos{40});
  EXPECT_EQ(span(LatencySpan::due_to_book).count(), 0U) << "is the shard's to tell";
}

TEST_F(AReader, HasNotSeenAnEventBeforeItsCellShowsIt) {
  cells_.write(0, view_with(6));
  probe_.write({{100}, {150}, 0, 7});
  look_at(190);
  EXPECT_EQ(span(LatencySpan::due_to_visible).count(), 0U);
  cells_.write(0, view_with(8));
  look_at(300);
  EXPECT_EQ(span(LatencySpan::due_to_visible).max(), Nanos{200});
}

TEST_F(AReader, WaitsForACellThatIsNotThereYet) {
  probe_.write({{100}, {150}, 3, 7});
  look_at(190);
  EXPECT_EQ(span(LatencySpan::due_to_visible).count(), 0U);
  for (std::size_t cell = 0; cell <= 3; ++cell) cells_.write(cell, view_with(7));
  look_at(200);
  EXPECT_EQ(span(LatencySpan::due_to_visible).max(), Nanos{100});
}

TEST_F(AReader, CountsOnlyTheLastOfProbesThatItDidNotComeTo) {
  cells_.write(0, view_with(9));
  probe_.write({{100}, {150}, 0, 8});
  probe_.write({{200}, {250}, 0, 9});
  look_at(300);
  EXPECT_EQ(span(LatencySpan::due_to_visible).count(), 1U);
  EXPECT_EQ(span(LatencySpan::due_to_visible).max(), Nanos{100});
}

TEST_F(AReader, KeepsItsWindowsFromTheEnginesOrigin) {
  (void)origin_.or_first({0});
  cells_.write(0, view_with(9));
  probe_.write({{1'500}, {1'550}, 0, 9});
  look_at(1'600);
  EXPECT_EQ(span(LatencySpan::due_to_visible, 0).count(), 0U);
  EXPECT_EQ(span(LatencySpan::due_to_visible, 1).count(), 1U);
}

TEST(Visibility, EndsWithTheLastShardOrWhenItIsToldTo) {
  ManualClock clock;
  SharedOrigin origin;
  std::vector<VisibilityProbeCell> probes(2);
  std::vector<CellBoard> boards(2);
  const std::vector<VisibilityStage::Watched> watched{{&probes[0], &boards[0]},
                                                      {&probes[1], &boards[1]}};
  VisibilityStage reader{watched, SpanWindows{1, {1'000}, origin}, clock};
  reader.shard_done();
  EXPECT_FALSE(reader.done());
  reader.shard_done();
  EXPECT_TRUE(reader.done());
  VisibilityStage given_up{watched, SpanWindows{1, {1'000}, origin}, clock};
  given_up.abandon();
  EXPECT_TRUE(given_up.done());
}

TEST(Visibility, AShardWritesItsProbeForTheLastSampledEventOfABatch) {
  Script script;
  script.define(0, "A").define(1, "B");
  script.bid(0, 1).bid(1, 2).bid(0, 3);
  ManualClock clock;
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(scripted(script.events()));
  pipeline::EngineConfig config = small_rings(1, 64, 16);
  config.sample = SamplerOptions{.every = 1, .visible = true};
  HandDriven driven{std::move(config), std::move(feeds), clock};
  clock.advance({1'000});
  (void)driven.poll_channel(0);
  clock.advance({20});
  const VisibilityProbeCell& probe = *driven.shard(0).published().probe();
  EXPECT_FALSE(probe.try_read());
  driven.drain_shard(0);
  const auto probed = probe.try_read();
  ASSERT_TRUE(probed);
  EXPECT_EQ(probed->due, Nanos{1'000});
  EXPECT_EQ(probed->booked, Nanos{1'020});
  EXPECT_EQ(probed->sequence, script.events().back().sequence);
  const auto top = driven.shard(0).published().cells().cell(probed->cell).try_read();
  ASSERT_TRUE(top);
  EXPECT_EQ(top->define.name(), "A");
  EXPECT_GE(top->sequence, probed->sequence) << "the cell is written before the probe is written";
}

pipeline::EngineConfig watched_by_a_reader(u32 shards) {
  pipeline::EngineConfig config;
  config.shards = shards;
  config.sample = SamplerOptions{.every = 1, .visible = true, .windows = 3};
  return config;
}

// Of one run on threads, and that its reader had a thread.
latency::SpanTimes seen_by_a_reader(u32 shards) {
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(scripted(order_flow(11, 9, 20'000), {.messages_per_poll = 5}));
  const SteadyClock clock;
  thread::StopFlag stop;
  pipeline::Engine engine{watched_by_a_reader(shards), std::move(feeds), clock, stop};
  engine.run();
  EXPECT_EQ(engine.placements().back().thread, "reader");
  latency::SpanTimes sum;
  for (const latency::SpanTimes& window : engine.span_times()) sum.merge(window);
  return sum;
}

TEST(Visibility, OnThreadsAReaderSeesEventsAndNoMoreThanThereWere) {
  for (const u32 shards : {0U, 1U, 3U}) {
    // A run takes some milliseconds: it may be over before its reader gets a core.
    constexpr int kMostRuns = 200;
    latency::SpanTimes sum = seen_by_a_reader(shards);
    for (int run = 1; run < kMostRuns && sum[LatencySpan::due_to_visible].count() == 0; ++run) {
      sum = seen_by_a_reader(shards);
    }
    // Five messages a poll are a batch, or one a shard, and only its last event is looked for.
    const u64 polls = 20'000 / 5 + 1;
    EXPECT_GT(sum[LatencySpan::due_to_visible].count(), 0U) << shards;
    EXPECT_LE(sum[LatencySpan::due_to_visible].count(), polls * std::max(shards, 1U)) << shards;
    EXPECT_EQ(sum[LatencySpan::due_to_visible].count(), sum[LatencySpan::book_to_visible].count())
        << shards;
    EXPECT_EQ(sum[LatencySpan::book_to_visible].negative(), 0U) << shards;
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
