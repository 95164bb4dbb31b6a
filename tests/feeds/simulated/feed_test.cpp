// The simulated venue as a feed, polled by hand under a clock that the test sets.
#include "feeds/simulated/feed.hpp"

#include <cstring>
#include <map>

#include <gtest/gtest.h>

namespace tapedeck::simulated {
namespace {

constexpr Nanos kSecond{kNanosPerSecond};

class Polled {
 public:
  explicit Polled(const Market& market, std::optional<double> speed = {}) : feed_(market, speed) {}

  // What one poll gave.
  std::vector<Event> poll(Nanos now) {
    EventBuffer buffer{storage_.data(), kMinPollBuffer};
    status_ = feed_.poll(buffer, now);
    may_drop_ = buffer.may_drop();
    return {buffer.begin(), buffer.end()};
  }
  // Everything up to the end, or to where nothing more is due.
  std::vector<Event> drain(Nanos now = {}) {
    std::vector<Event> all;
    do {
      const std::vector<Event> some = poll(now);
      all.insert(all.end(), some.begin(), some.end());
    } while (status_ == FeedStatus::ready);
    return all;
  }
  [[nodiscard]] FeedStatus status() const { return status_; }
  /// Whether the events of the newest poll may be dropped.
  [[nodiscard]] bool may_drop() const { return may_drop_; }
  [[nodiscard]] const SimulatedFeed& feed() const { return feed_; }

 private:
  SimulatedFeed feed_;
  std::vector<Event> storage_ = std::vector<Event>(kMinPollBuffer);
  FeedStatus status_ = FeedStatus::ready;
  bool may_drop_ = true;
};

Market small_market() {
  Market market;
  market.instruments = 3;
  market.events_per_s = 10'000;
  market.duration = kSecond;
  return market;
}

bool is_flow(const Event& event) {
  return event.kind == Kind::add || event.kind == Kind::execute || event.kind == Kind::remove;
}

u64 flow_after_open(const std::vector<Event>& events) {
  return static_cast<u64>(std::ranges::count_if(
      events, [](const Event& event) { return is_flow(event) && event.exchange_time >= kOpen; }));
}

TEST(SimulatedFeed, WhatComesBeforeTheOpenOfAPacedMarketMayNotBeDropped) {
  for (const std::optional<double> speed : {std::optional<double>{}, std::optional{1.0}}) {
    Polled polled{small_market(), speed};
    u64 before_open = 0, after_open = 0;
    for (Nanos now{1}; polled.status() != FeedStatus::ended; now = now + Nanos{1'000'000}) {
      for (const Event& event : polled.poll(now)) {
        const bool is_before = is_flow(event) && event.exchange_time < kOpen;
        const bool is_after = is_flow(event) && event.exchange_time >= kOpen;
        EXPECT_TRUE(!is_before || polled.may_drop() == !speed);
        EXPECT_TRUE(!is_after || polled.may_drop());
        before_open += is_before ? 1 : 0;
        after_open += is_after ? 1 : 0;
      }
    }
    EXPECT_GT(before_open, 0U);
    EXPECT_GT(after_open, 0U);
  }
}

TEST(SimulatedFeed, TellsAWholeDayWithOneEventAMessage) {
  Polled polled{small_market()};
  const std::vector<Event> events = polled.drain();
  EXPECT_EQ(polled.status(), FeedStatus::ended);
  std::vector<Session> sessions;
  Nanos last{0};
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].sequence, i + 1);
    EXPECT_NE(events[i].flags & kLastOfEvent, 0);
    EXPECT_GE(events[i].exchange_time, last);
    last = events[i].exchange_time;
    if (events[i].instrument == kEveryInstrument) sessions.push_back(events[i].state.session);
  }
  EXPECT_EQ(polled.feed().counters().messages, events.size());
  EXPECT_EQ(sessions,
            (std::vector{Session::messages_started, Session::system_open, Session::market_open,
                         Session::market_closed, Session::system_closed, Session::messages_ended}));
  EXPECT_EQ(last, kOpen + kSecond);
}

TEST(SimulatedFeed, DefinesEveryInstrumentBeforeAnythingElseOfIt) {
  Polled polled{small_market()};
  std::map<u32, std::string> names;
  for (const Event& event : polled.drain()) {
    if (event.instrument == kEveryInstrument) continue;
    if (event.kind == Kind::define) names[event.instrument.value] = event.define.name();
    EXPECT_TRUE(names.contains(event.instrument.value));
  }
  EXPECT_EQ(names, (std::map<u32, std::string>{{0, "SIM1"}, {1, "SIM2"}, {2, "SIM3"}}));
}

TEST(SimulatedFeed, GivesTheSameDayForTheSameSeedHoweverItIsPolled) {
  Polled one{small_market()};
  Polled paced{small_market(), 2.5};
  const std::vector<Event> expected = one.drain();
  std::vector<Event> got;
  for (Nanos now{7}; paced.status() != FeedStatus::ended; now = now + Nanos{777'777}) {
    for (Event& event : paced.poll(now)) {
      event.due_time = {};
      got.push_back(event);
    }
  }
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].exchange_time, expected[i].exchange_time);
    EXPECT_EQ(got[i].kind, expected[i].kind);
    EXPECT_EQ(got[i].instrument, expected[i].instrument);
    EXPECT_EQ(got[i].side, expected[i].side);
    if (!is_flow(got[i])) continue;
    EXPECT_EQ(got[i].order.id, expected[i].order.id);
    EXPECT_EQ(got[i].order.aux, expected[i].order.aux);
    EXPECT_EQ(got[i].order.price, expected[i].order.price);
    EXPECT_EQ(got[i].order.quantity, expected[i].order.quantity);
  }
}

TEST(SimulatedFeed, GivesNothingBeforeItIsDue) {
  Polled polled{small_market(), 1.0};
  const Nanos start{5'000};
  (void)polled.drain(start);
  ASSERT_EQ(polled.status(), FeedStatus::idle);
  for (i64 after = 100'000; after <= kNanosPerSecond / 2; after += 100'000) {
    for (const Event& event : polled.drain(start + Nanos{after})) {
      ASSERT_LE(event.exchange_time, kOpen + Nanos{after});
    }
  }
  EXPECT_EQ(polled.status(), FeedStatus::idle);
  const Pace& pace = *polled.feed().pace();
  EXPECT_NEAR(static_cast<double>(pace.events), 5'000, 300);
  EXPECT_LE(pace.lateness.max(), Nanos{100'000});
  EXPECT_EQ(pace.lateness.count(), pace.events);
  EXPECT_EQ(pace.lateness.negative(), 0U);
}

TEST(SimulatedFeed, RunsItsTimeAtTheSpeed) {
  for (const double speed : {0.5, 10.0}) {
    Polled polled{small_market(), speed};
    (void)polled.drain(Nanos{0});
    for (i64 after = 1'000'000; after <= kNanosPerSecond / 20; after += 1'000'000) {
      for (const Event& event : polled.drain(Nanos{after})) {
        const auto simulated = static_cast<i64>(static_cast<double>(after) * speed);
        ASSERT_LE(event.exchange_time, kOpen + Nanos{simulated + 1});
      }
    }
    const Pace& pace = *polled.feed().pace();
    EXPECT_NEAR(static_cast<double>(pace.events), 500 * speed, 100 * speed);
    EXPECT_EQ(pace.asked_per_s, small_market().events_per_s * speed);
    EXPECT_LE(pace.lateness.max(), Nanos{1'000'000});
  }
}

TEST(SimulatedFeed, CatchesUpAfterAPauseAndOwnsUpToIt) {
  Polled polled{small_market(), 1.0};
  (void)polled.drain(Nanos{0});
  const std::vector<Event> late = polled.drain(Nanos{kNanosPerSecond / 4});
  EXPECT_NEAR(static_cast<double>(late.size()), 2'500, 250);
  EXPECT_GT(polled.feed().pace()->lateness.max(), Nanos{240'000'000});
}

TEST(SimulatedFeed, IsAsBusyAsItIsAsked) {
  Market market = small_market();
  market.duration = Nanos{20 * kNanosPerSecond};
  Polled polled{market};
  // Two events an order: the count's deviation is the square root of twice the mean.
  EXPECT_NEAR(static_cast<double>(flow_after_open(polled.drain())), 200'000, 4 * 632);
}

TEST(SimulatedFeed, SharesItsActivityByZipfsLaw) {
  Market market = small_market();
  market.duration = Nanos{20 * kNanosPerSecond};
  Polled polled{market};
  std::array<double, 3> counts{};
  for (const Event& event : polled.drain()) {
    if (is_flow(event) && event.exchange_time >= kOpen) ++counts[event.instrument.value];
  }
  EXPECT_NEAR(counts[0] / counts[1], 2, 0.05);
  EXPECT_NEAR(counts[0] / counts[2], 3, 0.1);
}

TEST(SimulatedFeed, EndsAfterAsManyEventsAsItIsAsked) {
  Market market = small_market();
  market.events = 1'234;
  Polled polled{market};
  EXPECT_EQ(flow_after_open(polled.drain()), 1'234U);
  EXPECT_EQ(polled.status(), FeedStatus::ended);
}

TEST(SimulatedFeed, NeverUsesAnOrderIdTwice) {
  Polled polled{small_market()};
  std::map<u64, u32> instrument_of;
  for (const Event& event : polled.drain()) {
    if (event.kind != Kind::add) continue;
    EXPECT_TRUE(instrument_of.emplace(event.order.id.value, event.instrument.value).second);
  }
  EXPECT_GT(instrument_of.size(), 5'000U);
}

TEST(SimulatedFeed, OfAnotherVenueIsAnotherFlowFromTheSamePrices) {
  Market market = small_market();
  const FlowOptions here = flows_of(market)[1];
  market.venue = 1;
  const FlowOptions there = flows_of(market)[1];
  EXPECT_NE(here.seed, there.seed);
  EXPECT_EQ(here.reference, there.reference);
}

}  // namespace
}  // namespace tapedeck::simulated
