// Coordinated omission: a consumer that stands still for 100 ms shows in the times of all events
// that were due meanwhile. The twin, which waits for every event before it sends the next one and
// counts from when it sent it, hides the same stall: it is what a benchmark must not be.
#include <thread>

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/pipeline/channel.hpp"
#include "engine/pipeline/engine.hpp"
#include "feeds/load/open_loop_feed.hpp"
#include "tests/support/hand_driven.hpp"

namespace tapedeck::test {
namespace {

using latency::LatencySpan;

constexpr i64 kMillisecond = 1'000'000;
constexpr i64 kStall = 100 * kMillisecond;
constexpr u64 kEvents = 10'000;
constexpr i64 kApartNs = kMillisecond / 10;  // 10,000 events per second
constexpr i64 kRunNs = static_cast<i64>(kEvents) * kApartNs;
constexpr i64 kStepNs = 10'000;  // the test's loop looks this often
constexpr i64 kStallsAtNs = kRunNs / 2;

std::vector<Event> stall_flow() {
  Script script;
  script.define(0, "A");
  for (u64 id = 1; id <= 2 * kEvents; ++id) script.bid(0, id);
  return script.events();
}

std::unique_ptr<Feed> open_loop() {
  open_loop::Load load;
  load.messages_per_s = static_cast<double>(kNanosPerSecond) / kApartNs;
  return std::make_unique<open_loop::OpenLoopFeed>(scripted(stall_flow()), load, open_loop::Start{},
                                                   open_loop::Span{Nanos{0}, Nanos{kRunNs}});
}

pipeline::EngineConfig sampled() {
  pipeline::EngineConfig config = small_rings(1, 256, 32);
  config.sample = latency::SamplerOptions{.every = 1};
  return config;
}

// How many of the times are at least that long.
u64 at_least(const Histogram& times, i64 least) {
  u64 count = 0;
  times.for_each_bucket([&](const HistogramBucket& bucket) {
    if (bucket.highest.value >= least) count += bucket.count;
  });
  return count;
}

// The channel is polled at every step; the shard too, but for the stall.
Histogram open_loop_times() {
  ManualClock clock;
  clock.advance(Nanos{kNanosPerSecond});
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(open_loop());
  HandDriven driven{sampled(), std::move(feeds), clock};
  const Nanos began = clock.now();
  while (!driven.done()) {
    clock.advance(Nanos{kStepNs});
    const i64 since = (clock.now() - began).value;
    (void)driven.poll_channel(0);
    if (since >= kStallsAtNs && since < kStallsAtNs + kStall) continue;
    driven.drain_shard(0);
  }
  return driven.shard(0).sampler()->latencies().windows()[0][LatencySpan::due_to_book];
}

// The next message is sent when the shard is done with the one before, and a step has passed.
Histogram closed_loop_times() {
  ManualClock clock;
  clock.advance(Nanos{kNanosPerSecond});
  ScriptOptions one;
  one.messages_per_poll = 1;
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(scripted(stall_flow(), one));
  HandDriven driven{sampled(), std::move(feeds), clock};
  for (u64 sent = 0; sent < kEvents; ++sent) {
    clock.advance(Nanos{kApartNs});
    (void)driven.poll_channel(0);
    clock.advance(Nanos{sent == kEvents / 2 ? kStall : kStepNs});
    driven.drain_shard(0);
  }
  return driven.shard(0).sampler()->latencies().windows()[0][LatencySpan::due_to_book];
}

TEST(Stall, ShowsInTheTimeOfEveryEventThatWasDueMeanwhile) {
  const Histogram times = open_loop_times();
  ASSERT_EQ(times.count(), kEvents);
  // Of the thousand events due in the stall, those due in its first k ms waited 100 - k at least.
  for (i64 waited = 10; waited <= 90; waited += 10) {
    const auto due = static_cast<double>((kStall - waited * kMillisecond) / kApartNs);
    EXPECT_NEAR(static_cast<double>(at_least(times, waited * kMillisecond)), due, 3) << waited;
  }
  EXPECT_NEAR(static_cast<double>(times.quantile(0.99).value), 90.0 * kMillisecond, kMillisecond);
  EXPECT_NEAR(static_cast<double>(times.quantile(0.95).value), 50.0 * kMillisecond, kMillisecond);
  EXPECT_GE(times.max().value, kStall - kApartNs);
}

// The canary: the same stall, counted the wrong way, is one event of ten thousand.
TEST(Stall, IsHiddenByAClosedLoop) {
  const Histogram times = closed_loop_times();
  ASSERT_GE(times.count(), kEvents - 1);
  EXPECT_EQ(at_least(times, 10 * kMillisecond), 1U);
  EXPECT_LT(times.quantile(0.9998).value, kMillisecond);
  EXPECT_GE(times.max().value, kStall);
}

// Sleeps once, when the run is half over.
class StallingStrategy final : public strategy::Strategy {
 public:
  void on_message(const book::BookView& /*book*/, Nanos /*time*/) override {
    if (++messages_ == kEvents / 2) std::this_thread::sleep_for(std::chrono::nanoseconds{kStall});
  }

 private:
  u64 messages_ = 0;
};

// On threads and by the machine's clock only the least can be foretold: what was due in the first
// half of the stall has waited for the second half.
TEST(Stall, OfAShardsThreadShowsInEveryEventThatWasDueMeanwhile) {
  pipeline::EngineConfig config;
  config.shards = 1;
  config.sample = latency::SamplerOptions{.every = 1};
  config.strategies.push_back(
      {"stall",
       {},
       [](const strategy::Context&) { return std::make_unique<StallingStrategy>(); },
       [](const strategy::Strategy&) { return std::make_unique<StallingStrategy>(); }});
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(open_loop());
  const SteadyClock clock;
  thread::StopFlag stop;
  pipeline::Engine engine{std::move(config), std::move(feeds), clock, stop};
  engine.run();
  const Histogram times = engine.span_times()[0][LatencySpan::due_to_book];
  ASSERT_EQ(times.count(), kEvents);
  constexpr u64 kDueInFirstHalf = kStall / 2 / kApartNs;
  EXPECT_GE(at_least(times, kStall / 2), kDueInFirstHalf - 2);
  EXPECT_GE(times.quantile(0.99).value, kStall / 2);
  EXPECT_LE(engine.span_times()[0][LatencySpan::ingress_to_book].count(), kEvents);
}

}  // namespace
}  // namespace tapedeck::test
