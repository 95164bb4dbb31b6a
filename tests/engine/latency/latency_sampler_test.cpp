// Sampling events on their way: the times are those that passed, of one event of so many,
// and the books do not know of it.
#include "engine/latency/latency_sampler.hpp"

#include <numeric>

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/pipeline/channel.hpp"
#include "engine/pipeline/engine.hpp"
#include "strategies/registry.hpp"
#include "tests/support/hand_driven.hpp"

namespace tapedeck::test {
namespace {

using latency::LatencySpan;
using latency::SamplerOptions;
using latency::SpanTimes;

// One channel and one shard by hand, on a clock that stands still until it is told to go on.
class SampledEvents : public ::testing::Test {
 protected:
  void play(std::vector<Event> events, SamplerOptions sample,
            std::vector<strategy::StrategyPlan> strategies = {}, u32 batch_events = 64) {
    std::vector<std::unique_ptr<Feed>> feeds;
    feeds.push_back(scripted(std::move(events)));
    pipeline::EngineConfig config = small_rings(1, batch_events, 16);
    config.sample = sample;
    config.strategies = std::move(strategies);
    driven_ = std::make_unique<HandDriven>(std::move(config), std::move(feeds), clock_);
  }
  void take_at(i64 now) {
    clock_.advance(Nanos{now} - clock_.now());
    (void)driven_->poll_channel(0);
  }
  void apply_at(i64 now) {
    clock_.advance(Nanos{now} - clock_.now());
    driven_->drain_shard(0);
  }
  [[nodiscard]] const Histogram& span(LatencySpan span, std::size_t window = 0) const {
    return driven_->shard(0).sampler()->latencies().windows()[window][span];
  }
  static Script orders(u64 count) {
    Script script;
    script.define(0, "A");
    for (u64 id = 1; id <= count; ++id) script.bid(0, id);
    return script;
  }

  ManualClock clock_;
  std::unique_ptr<HandDriven> driven_;
};

TEST_F(SampledEvents, EverySpanIsTheTimeThatPassedOnIt) {
  play(orders(10).events(), {.every = 1});
  take_at(1'000);
  apply_at(1'700);
  EXPECT_EQ(span(LatencySpan::due_to_ingress).max().value, 0);  // this feed has no timetable
  EXPECT_EQ(span(LatencySpan::ingress_to_dequeue).quantile(0.5).value, 700);
  EXPECT_EQ(span(LatencySpan::dequeue_to_book).max().value, 0);  // the clock stood still meanwhile
  EXPECT_EQ(span(LatencySpan::ingress_to_book).quantile(0).value, 700);
  EXPECT_EQ(span(LatencySpan::due_to_book).max().value, 700);
}

TEST_F(SampledEvents, ControlEventsAreNotCounted) {
  play(orders(10).events(), {.every = 1});
  take_at(1'000);
  apply_at(1'700);
  EXPECT_EQ(span(LatencySpan::due_to_book).count(), 10U);
}

// After ten orders that it took.
class EventsThatNoBookTook : public SampledEvents, public ::testing::WithParamInterface<bool> {
 protected:
  void expect_timed(const Script& script, u64 events) {
    play(script.events(), {.every = 1},
         GetParam() ? strategies::plans_of({"bbo"}) : std::vector<strategy::StrategyPlan>{});
    take_at(1'000);
    apply_at(1'700);
    EXPECT_EQ(span(LatencySpan::due_to_book).count(), events);
    EXPECT_EQ(span(LatencySpan::due_to_strategy).count(), GetParam() ? events : 0);
  }
};

TEST_P(EventsThatNoBookTook, NoticesLeaveNoTime) {
  expect_timed(orders(10).notice().bid(0, 11).notice(), 11);
}

TEST_P(EventsThatNoBookTook, IgnoredOnesLeaveNoTime) {
  Script script = orders(10);
  script.loss(Instrument{0}, 12, 13).bid(0, 14).bid(0, 15);
  expect_timed(script, 10);
  expect_timed(script.clear(0).bid(0, 16), 12);
}

TEST_P(EventsThatNoBookTook, ThoseOfAnInstrumentThatNobodyDefinedLeaveNoTime) {
  expect_timed(orders(10).bid(7, 11), 10);
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutStrategies, EventsThatNoBookTook, ::testing::Bool());

TEST_F(SampledEvents, AsManyAreSampledWhateverTheBatches) {
  const std::vector<Event> events = orders(1'000).events();
  std::vector<u64> counts;
  for (const u32 batch : {1U, 5U, 64U, 256U}) {
    play(events, {.every = 7}, {}, batch);
    for (i64 now = 1'000; !driven_->done(); now += 1'000) {
      take_at(clock_.now().value + now);
      apply_at(clock_.now().value + 500);
    }
    counts.push_back(span(LatencySpan::due_to_book).count());
  }
  EXPECT_NEAR(static_cast<double>(counts.front()), 1'000 / 7.0, 20);
  EXPECT_EQ(counts, std::vector<u64>(counts.size(), counts.front()));
}

TEST_F(SampledEvents, EventsThatAreNotTimedLeaveNoTime) {
  std::vector<Event> events = orders(10).events();
  bool timed = false;
  auto feed = std::make_unique<ScriptedFeed>(events);
  class Untimed final : public Feed {
   public:
    Untimed(std::unique_ptr<Feed> below, const bool& timed)
        : below_(std::move(below)), timed_(timed) {}
    FeedStatus poll(EventBuffer& out, Nanos now) override {
      const FeedStatus status = below_->poll(out, now);
      for (Event& event : out) event.due_time = timed_ ? now : kNotTimed;
      return status;
    }
    const FeedCounters& counters() const override { return below_->counters(); }

   private:
    std::unique_ptr<Feed> below_;
    const bool& timed_;
  };
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(std::make_unique<Untimed>(std::move(feed), timed));
  pipeline::EngineConfig config = small_rings(1, 4, 16);
  config.sample = SamplerOptions{.every = 1};
  driven_ = std::make_unique<HandDriven>(std::move(config), std::move(feeds), clock_);
  take_at(1'000);
  apply_at(1'700);
  EXPECT_EQ(span(LatencySpan::due_to_book).count(), 0U);
  EXPECT_EQ(driven_->outcome().counters.applied, 10U);
}

TEST_F(SampledEvents, WindowsAreCountedFromTheFirstOne) {
  std::vector<std::unique_ptr<Feed>> feeds;
  ScriptOptions one;
  one.messages_per_poll = 1;
  feeds.push_back(scripted(orders(5).events(), one));
  pipeline::EngineConfig config = small_rings(1, 4, 16);
  config.sample = SamplerOptions{.every = 1, .windows = 3, .window = {100}};
  driven_ = std::make_unique<HandDriven>(std::move(config), std::move(feeds), clock_);
  for (const i64 now : {1'000, 1'050, 1'149, 1'150, 1'260, 9'000}) {  // the definition first
    take_at(now);
    apply_at(now);
  }
  EXPECT_EQ(span(LatencySpan::due_to_book, 0).count(), 2U);  // 1,050 and 1,149
  EXPECT_EQ(span(LatencySpan::due_to_book, 1).count(), 1U);  // 1,150
  EXPECT_EQ(span(LatencySpan::due_to_book, 2).count(),
            2U);  // 1,260, and what comes after the last window
}

// Takes its time, on the test's clock.
class SlowStrategy final : public strategy::Strategy {
 public:
  explicit SlowStrategy(ManualClock& clock) : clock_(clock) {}
  void on_message(const book::BookView& /*book*/, Nanos /*time*/) override {
    clock_.advance(Nanos{30});
  }

 private:
  ManualClock& clock_;
};

TEST_F(SampledEvents, StrategiesAreASpanOfTheirOwn) {
  const strategy::StrategyPlan slow{
      "slow",
      {},
      [this](const strategy::Context&) { return std::make_unique<SlowStrategy>(clock_); },
      [this](const strategy::Strategy&) { return std::make_unique<SlowStrategy>(clock_); }};
  play(orders(1).events(), {.every = 1}, {slow});
  take_at(1'000);
  apply_at(1'700);
  EXPECT_EQ(span(LatencySpan::due_to_book).max().value, 700);
  EXPECT_EQ(span(LatencySpan::book_to_strategy).max().value, 30);
  EXPECT_EQ(span(LatencySpan::due_to_strategy).max().value, 730);
}

// A clock that goes back between two looks, as cores that disagree show it.
TEST_F(SampledEvents, TimesBelowZeroAreCountedAndNotWrapped) {
  play(orders(3).events(), {.every = 1});
  take_at(1'000);
  apply_at(400);
  EXPECT_EQ(span(LatencySpan::due_to_book).count(), 0U);
  EXPECT_EQ(span(LatencySpan::due_to_book).negative(), 3U);
}

// Which of so many events are sampled, as a shard asks for them in batches of random sizes.
std::vector<u64> sampled_of(u64 events, const SamplerOptions& options, u64 batch_seed = 1) {
  const ManualClock clock;
  latency::SharedOrigin origin;
  latency::LatencySampler sampler{options, clock, origin};
  Random random{batch_seed};
  const Event event = Script{}.bid(0, 1).events().front();
  std::vector<u64> sampled;
  for (u64 at = 0; at < events;) {
    const u64 end = at + std::min<u64>(events - at, 1 + random.below(300));
    sampler.begin_batch(end - at, Nanos{0});
    while (end - at > sampler.until_next()) {
      at += sampler.until_next();
      sampled.push_back(at++);
      sampler.booked(event, true);
    }
    sampler.pass(end - at);
    at = end;
  }
  return sampled;
}

TEST(LatencySampling, TheSameSeedSamplesTheSameEventsHoweverTheyComeInBatches) {
  const std::vector<u64> first = sampled_of(100'000, {.every = 9, .seed = 7}, 1);
  for (u64 batch_seed = 2; batch_seed < 20; ++batch_seed) {
    EXPECT_EQ(sampled_of(100'000, {.every = 9, .seed = 7}, batch_seed), first);
  }
  EXPECT_NE(sampled_of(100'000, {.every = 9, .seed = 8}), first);
}

TEST(LatencySampling, TheMeanStepIsTheOneAskedFor) {
  for (const u32 every : {2U, 7U, 64U, 1'000U}) {
    const std::vector<u64> sampled = sampled_of(u64{every} * 20'000, {.every = every});
    EXPECT_NEAR(static_cast<double>(sampled.size()), 20'000, 400) << every;
    for (std::size_t i = 1; i < sampled.size(); ++i) {
      ASSERT_LT(sampled[i] - sampled[i - 1], 2 * every);
    }
  }
}

TEST(LatencySampling, OneOfOneIsEveryEvent) {
  std::vector<u64> all(5'000);
  std::iota(all.begin(), all.end(), u64{0});
  EXPECT_EQ(sampled_of(5'000, {.every = 1}), all);
}

// Bursts as long as the mean step: every place within them must be seen, and about as often.
TEST(LatencySampling, DoesNotKeepStepWithBursts) {
  constexpr u32 kBurst = 64;
  std::vector<u64> seen(kBurst);
  for (const u64 at : sampled_of(u64{kBurst} * kBurst * 400, {.every = kBurst})) {
    ++seen[at % kBurst];
  }
  for (u64 place = 0; place < kBurst; ++place) {
    EXPECT_NEAR(static_cast<double>(seen[place]), 400, 100) << place;
  }
}

// One order for each of two instruments, the second due later and not given before the first one is
// booked, so that it is known which shard's event is the first.
class OneAfterTheOther final : public Feed {
 public:
  static constexpr Nanos kFirst{1'000}, kApart{250};

  FeedStatus poll(EventBuffer& out, Nanos /*now*/) override {
    if (given_ == events_.size()) return FeedStatus::ended;
    const bool last = given_ + 1 == events_.size();
    if (last && engine_->progress().applied == 0) return FeedStatus::idle;
    Event& event = out.push();
    event = events_[given_++];
    event.due_time = last ? kFirst + kApart : kFirst;
    ++counters_.messages;
    return FeedStatus::ready;
  }
  void watch(const pipeline::Engine& engine) { engine_ = &engine; }
  const FeedCounters& counters() const override { return counters_; }

 private:
  std::vector<Event> events_ = Script{}.define(0, "A").define(1, "B").bid(0, 1).bid(1, 2).events();
  std::size_t given_ = 0;
  const pipeline::Engine* engine_ = nullptr;
  FeedCounters counters_;
};

TEST(LatencySampling, ShardsCountTheirWindowsAndTheirTimelinesFromOneMoment) {
  pipeline::EngineConfig config;
  config.shards = 2;
  config.shard_map = {{"A", 0}, {"B", 1}};
  config.sample =
      SamplerOptions{.every = 1, .windows = 4, .window = {100}, .slices = 6, .slice = {50}};
  auto feed = std::make_unique<OneAfterTheOther>();
  OneAfterTheOther& played = *feed;
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(std::move(feed));
  const SteadyClock clock;
  thread::StopFlag stop;
  pipeline::Engine engine{std::move(config), std::move(feeds), clock, stop};
  played.watch(engine);
  engine.run();
  std::vector<u64> by_window, by_slice;
  for (const SpanTimes& window : engine.span_times()) {
    by_window.push_back(window[LatencySpan::due_to_book].count());
  }
  const latency::LatencyTimeline timeline = engine.timeline();
  for (std::size_t slice = 0; slice < timeline.slices(); ++slice) {
    by_slice.push_back(0);
    for (std::size_t size = 0; size < latency::LatencyTimeline::kSizes; ++size) {
      by_slice.back() += timeline.count(slice, size);
    }
  }
  EXPECT_EQ(by_window, (std::vector<u64>{1, 0, 1, 0})) << "a quarter of a microsecond apart";
  EXPECT_EQ(by_slice, (std::vector<u64>{1, 0, 0, 0, 0, 1}));
}

TEST(LatencySampling, ChangesNothingInTheBooks) {
  const std::vector<Event> flow = order_flow(11, 9, 20'000);
  const Outcome expected = expected_of({flow});
  for (const u32 every : {1U, 3U, 64U, 100'000U}) {
    for (const u32 batch : {1U, 5U, 256U}) {
      std::vector<std::unique_ptr<Feed>> feeds;
      feeds.push_back(scripted(flow));
      pipeline::EngineConfig config = small_rings(1, batch, 4);
      config.sample = SamplerOptions{.every = every, .windows = 4, .slices = 10, .slice = {1'000}};
      HandDriven driven{std::move(config), std::move(feeds)};
      ASSERT_TRUE(driven.run_by_hand(every + batch));
      EXPECT_EQ(driven.outcome().counters, expected.counters) << every << " " << batch;
    }
  }
}

}  // namespace
}  // namespace tapedeck::test
