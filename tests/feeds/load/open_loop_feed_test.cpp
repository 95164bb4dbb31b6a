// A feed by a timetable, polled by hand under a clock that the test sets.
#include "feeds/load/open_loop_feed.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "feeds/common/feed_decorator.hpp"
#include "tests/support/scripted_feed.hpp"

namespace tapedeck::open_loop {
namespace {

using test::Script;
using test::ScriptOptions;

constexpr Nanos kBegan{kNanosPerSecond};
constexpr Load kOneAMilli{.messages_per_s = 1'000};
constexpr Span kSecondLong{};

constexpr Nanos millis(i64 count) {
  return {count * 1'000'000};
}

Nanos after(i64 micros) {
  return kBegan + Nanos{micros * 1'000};
}

std::vector<Event> bids(u64 messages) {
  Script script;
  script.define(0, "A");
  for (u64 i = 1; i < messages; ++i) script.bid(0, i);
  return script.events();
}

std::vector<Event> messages_of(u64 messages, u64 events_each) {
  std::vector<Event> events = bids(messages * events_each);
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].sequence = i / events_each + 1;
    events[i].flags = i % events_each + 1 == events_each ? kLastOfEvent : EventFlags{0};
    events[i].kind = Kind::notice;
  }
  return events;
}

class Loaded {
 public:
  explicit Loaded(std::unique_ptr<Feed> source, const Load& load = kOneAMilli,
                  Span span = kSecondLong, const Start& start = {})
      : feed_(std::move(source), load, start, span) {}

  std::vector<Event> poll(Nanos now) {
    EventBuffer buffer{storage_.data(), kMinPollBuffer};
    status_ = feed_.poll(buffer, now);
    EXPECT_LE(buffer.size(), kMinPollBuffer);
    for (const Event& event : buffer) {
      EXPECT_EQ(buffer.may_drop(), event.due_time != kNotTimed) << "load alone may be dropped";
    }
    return {buffer.begin(), buffer.end()};
  }
  // Up to where nothing more is due; the first time that is the preroll, and what is due at once.
  std::vector<Event> drain(Nanos now = kBegan) {
    std::vector<Event> all;
    do {
      const std::vector<Event> some = poll(now);
      all.insert(all.end(), some.begin(), some.end());
    } while (status_ == FeedStatus::ready);
    return all;
  }
  [[nodiscard]] bool ended() const { return status_ == FeedStatus::ended; }
  [[nodiscard]] const OpenLoopFeed& feed() const { return feed_; }

 private:
  OpenLoopFeed feed_;
  // Longer than it says, so that what is written past its end is seen.
  std::vector<Event> storage_ = std::vector<Event>(8 * kMinPollBuffer);
  FeedStatus status_ = FeedStatus::ready;
};

u64 timed(const std::vector<Event>& events) {
  return static_cast<u64>(
      std::ranges::count_if(events, [](const Event& event) { return event.due_time > kWarmUp; }));
}

// The sequence of the first timed event; every one before it must have been given, untimed.
Sequence timed_from(std::vector<Event> events, const Start& start) {
  const Load at_once{.messages_per_s = 1e9};
  Loaded loaded{test::scripted(std::move(events), {.messages_per_poll = 3}), at_once, kSecondLong,
                start};
  Sequence expected = 0, first = 0;
  for (const Event& event : loaded.drain()) {
    EXPECT_EQ(event.sequence, ++expected);
    if (first == 0 && event.due_time > kWarmUp) first = event.sequence;
  }
  return first;
}

TEST(OpenLoopFeed, SaysWhatItsSourceLeftOut) {
  class LeavesOut final : public feeds::FeedDecorator {
   public:
    LeavesOut() : FeedDecorator(std::make_unique<test::ScriptedFeed>(bids(2))) {}
    std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) override { return {}; }
    FeedStatus poll(EventBuffer& out, Nanos now) override { return inner().poll(out, now); }
    [[nodiscard]] std::optional<std::string> left_out() const override { return "instruments"; }
  };
  const Loaded loaded{std::make_unique<LeavesOut>()};
  EXPECT_EQ(loaded.feed().left_out(), "instruments");
}

TEST(OpenLoopFeed, GivesNothingBeforeItIsDue) {
  Loaded loaded{test::endless(1, 3)};
  EXPECT_EQ(timed(loaded.drain()), 1U) << "the first is due as the timetable begins";
  EXPECT_TRUE(loaded.poll(after(999)).empty());
  EXPECT_FALSE(loaded.poll(after(1'000)).empty());
  EXPECT_TRUE(loaded.poll(after(1'000)).empty());
  EXPECT_TRUE(loaded.poll(after(1'999)).empty());
}

TEST(OpenLoopFeed, ALatePollGivesAllThatWasDueEachByItsOwnTime) {
  Loaded loaded{test::scripted(bids(5'000)), {.messages_per_s = 10'000}};
  loaded.drain();
  const std::vector<Event> late = loaded.drain(after(100'000));
  ASSERT_EQ(late.size(), 1'000U);
  for (std::size_t i = 0; i < late.size(); ++i) {
    ASSERT_EQ(late[i].due_time, after(static_cast<i64>(i + 1) * 100));
  }
}

TEST(OpenLoopFeed, RecordsHowLateItWas) {
  Loaded loaded{test::scripted(bids(5'000)), {.messages_per_s = 10'000}};
  loaded.drain();
  loaded.drain(after(100'000));
  const Pace& pace = *loaded.feed().pace();
  EXPECT_EQ(pace.events, 1'001U);
  EXPECT_EQ(pace.lateness.count(), 1'001U);
  EXPECT_EQ(pace.lateness.max(), Nanos{99'900'000});
  EXPECT_EQ(pace.began, kBegan);
  EXPECT_EQ(pace.ended, after(100'000));
  EXPECT_EQ(pace.asked_per_s, 10'000);
}

TEST(OpenLoopFeed, WhatRestoresBooksIsNoLoad) {
  Loaded loaded{test::scripted(bids(20), {.messages_per_poll = 3, .restores = 8})};
  const std::vector<Event> events = loaded.drain();
  ASSERT_EQ(events.size(), 9U);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(events[i].due_time, kNotTimed) << i;
  EXPECT_EQ(events[8].due_time, kBegan);
  EXPECT_EQ(loaded.feed().pace()->events, 1U);
}

TEST(OpenLoopFeed, ARecordedPauseThatWouldLeaveNothingToMeasureIsLeftOut) {
  Script script;
  script.define(0, "A").bid(0, 1).at(90 * kNanosPerSecond).bid(0, 2);
  script.at(90 * kNanosPerSecond + 5'000'000).bid(0, 3);
  Loaded loaded{test::scripted(script.events()),
                {.shape = Shape::recorded},
                {.warm_up = millis(100), .duration = millis(200)}};
  EXPECT_EQ(loaded.drain().size(), 2U);
  EXPECT_TRUE(loaded.poll(after(99'999)).empty());
  EXPECT_EQ(loaded.poll(after(100'000)).size(), 1U) << "as the timed part begins";
  EXPECT_TRUE(loaded.poll(after(104'999)).empty());
  EXPECT_EQ(loaded.poll(after(105'000)).size(), 1U);
  EXPECT_TRUE(loaded.poll(after(106'000)).empty());
  EXPECT_EQ(loaded.feed().pace()->events, 2U);
}

TEST(OpenLoopFeed, APollGivesAtMostItsBoundOfMessages) {
  Loaded loaded{test::scripted(bids(5'000)), {.messages_per_s = 10'000}};
  loaded.drain();
  for (int poll = 0; poll < 3; ++poll) {
    EXPECT_EQ(loaded.poll(after(100'000)).size(), kMaxMessagesPerPoll);
  }
  EXPECT_EQ(loaded.poll(after(100'000)).size(), 1'000U - 3 * kMaxMessagesPerPoll);
}

TEST(OpenLoopFeed, AllEventsOfAMessageComeTogetherWithOneDueTime) {
  Loaded loaded{test::scripted(messages_of(50, 5), {.messages_per_poll = 7})};
  EXPECT_EQ(loaded.drain().size(), 5U);
  for (i64 milli = 1; milli < 50; ++milli) {
    const std::vector<Event> message = loaded.poll(after(milli * 1'000 + 300));
    ASSERT_EQ(message.size(), 5U);
    for (const Event& event : message) {
      EXPECT_EQ(event.sequence, static_cast<Sequence>(milli + 1));
      EXPECT_EQ(event.due_time, after(milli * 1'000));
    }
  }
}

// A windowed recording's messages bring the levels that enter the window with them.
TEST(OpenLoopFeed, LongMessagesThatAreDueTogetherDoNotOverflowAPoll) {
  Loaded loaded{test::scripted(messages_of(1'000, 7), {.messages_per_poll = 70})};
  std::vector<Event> all = loaded.drain();
  const std::vector<Event> late = loaded.drain(after(900'000));
  all.insert(all.end(), late.begin(), late.end());
  ASSERT_EQ(all.size(), 901U * 7);
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(all[i].sequence, i / 7 + 1);
    ASSERT_EQ(all[i].due_time, after(static_cast<i64>(i / 7) * 1'000));
  }
  EXPECT_EQ(loaded.feed().counters().messages, 901U);
}

TEST(OpenLoopFeed, ThePrerollBeforeASequenceIsNotTimed) {
  EXPECT_EQ(timed_from(bids(50), {.sequence = 20}), 20U);
}

TEST(OpenLoopFeed, ThePrerollBeforeAnExchangeTimeIsNotTimed) {
  Script script;
  script.define(0, "A").bid(0, 1).at(500).bid(0, 2).at(1'000).bid(0, 3).bid(0, 4);
  EXPECT_EQ(timed_from(script.events(), {.exchange_time = Nanos{501}}), 4U);
  EXPECT_EQ(timed_from(script.events(), {.exchange_time = Nanos{500}}), 3U);
}

TEST(OpenLoopFeed, ThePrerollEndsWithTheMessageThatSaysThatTheMarketIsOpen) {
  Script script;
  script.define(0, "A").session(Session::system_open).bid(0, 1);
  script.session(Session::market_open).bid(0, 2).bid(0, 3);
  EXPECT_EQ(timed_from(script.events(), {.after_open = true}), 5U);
}

TEST(OpenLoopFeed, DefinitionsBelongToThePreroll) {
  Script script;
  script.define(0, "A").define(1, "B").define(2, "C").bid(0, 1).define(3, "D").bid(1, 2);
  EXPECT_EQ(timed_from(script.events(), {}), 4U);
}

TEST(OpenLoopFeed, EndsWithoutATimetableIfItsStartNeverComes) {
  Loaded loaded{test::scripted(bids(50)), kOneAMilli, kSecondLong, {.sequence = 51}};
  const std::vector<Event> events = loaded.drain();
  EXPECT_EQ(events.size(), 50U);
  EXPECT_EQ(timed(events), 0U);
  EXPECT_TRUE(loaded.ended());
}

TEST(OpenLoopFeed, TheWarmUpIsGivenByTheTimetableButNotTimed) {
  Loaded loaded{test::endless(1, 3), kOneAMilli, {.warm_up = millis(5), .duration = millis(5)}};
  EXPECT_EQ(timed(loaded.drain()), 0U);
  EXPECT_TRUE(loaded.poll(after(999)).empty());
  const std::vector<Event> warm_up = loaded.drain(after(4'999));
  EXPECT_FALSE(warm_up.empty());
  EXPECT_EQ(timed(warm_up), 0U);
  const std::vector<Event> first = loaded.drain(after(5'000));
  ASSERT_FALSE(first.empty());
  EXPECT_EQ(first.front().due_time, after(5'000));
  EXPECT_EQ(loaded.feed().pace()->began, after(5'000));
  EXPECT_EQ(loaded.feed().pace()->events, 1U);
}

TEST(OpenLoopFeed, EndsAfterWarmUpAndDuration) {
  Loaded loaded{test::endless(1, 3), kOneAMilli, {.warm_up = millis(5), .duration = millis(5)}};
  loaded.drain();
  loaded.drain(after(9'000));
  EXPECT_TRUE(loaded.ended());
  EXPECT_EQ(loaded.feed().pace()->events, 5U);
  EXPECT_FALSE(loaded.feed().ran_dry());
  EXPECT_EQ(loaded.feed().timed_span(), millis(5));
}

TEST(OpenLoopFeed, HasRunDryIfItsSourceEndsFirst) {
  Loaded loaded{test::scripted(bids(100)), kOneAMilli, {.warm_up = millis(10)}};
  loaded.drain();
  loaded.drain(after(500'000));
  EXPECT_TRUE(loaded.ended());
  EXPECT_TRUE(loaded.feed().ran_dry());
  EXPECT_EQ(loaded.feed().pace()->events, 89U) << "one defines, ten warm up";
  EXPECT_EQ(loaded.feed().timed_span(), millis(88)) << "from the first to the last";
}

TEST(OpenLoopFeed, ASourceThatEndsInTheWarmUpLeavesNoTime) {
  Loaded loaded{test::scripted(bids(5)), kOneAMilli, {.warm_up = millis(10)}};
  loaded.drain();
  loaded.drain(after(500'000));
  EXPECT_TRUE(loaded.feed().ran_dry());
  EXPECT_EQ(loaded.feed().pace()->events, 0U);
  EXPECT_EQ(loaded.feed().timed_span(), Nanos{0});
}

TEST(OpenLoopFeed, CountsWhatItGaveAndNotWhatItPrepared) {
  Loaded loaded{test::endless(1, 3), kOneAMilli, {.duration = millis(500)}};
  loaded.drain();
  const u64 preroll = loaded.feed().counters().messages - 1;
  loaded.drain(after(10'000));
  EXPECT_EQ(loaded.feed().counters().messages, preroll + 11);
  loaded.drain(after(500'000));
  EXPECT_TRUE(loaded.ended());
  EXPECT_EQ(loaded.feed().counters().messages, preroll + 500);
}

TEST(OpenLoopFeed, RecordedTimesHaveNoAskedRateAndNoOpenEnd) {
  Script script;
  script.define(0, "A").at(1'000'000).bid(0, 1).at(1'500'000).bid(0, 2).at(9'000'000'000).bid(0, 3);
  Loaded loaded{test::scripted(script.events()), {.shape = Shape::recorded}};
  EXPECT_EQ(loaded.drain().size(), 2U);
  EXPECT_EQ(loaded.drain(after(500)).front().due_time, after(500));
  EXPECT_TRUE(loaded.drain(after(2'000'000)).empty());
  EXPECT_TRUE(loaded.ended()) << "the third is due after the duration";
  EXPECT_EQ(loaded.feed().pace()->asked_per_s, 0);
}

TEST(OpenLoopFeed, TellsOfItsSourcesDamageAndEndsWithALoss) {
  const std::vector<Event> source = bids(10);
  Loaded loaded{test::scripted(source, {.damaged = true})};
  loaded.drain();
  const std::vector<Event> last = loaded.drain(after(500'000));
  ASSERT_NE(loaded.feed().source_damage(), nullptr);
  EXPECT_EQ(loaded.feed().source_damage()->file, "script");
  ASSERT_FALSE(last.empty());
  EXPECT_EQ(last.back().kind, Kind::loss);
  EXPECT_EQ(last.back().instrument, kEveryInstrument);
  EXPECT_EQ(last.back().exchange_time, source.back().exchange_time);
  EXPECT_EQ(last.back().loss.first, loaded.feed().last_sequence() + 1);
}

TEST(OpenLoopFeed, DamageThatTheTimetableNeverCameToIsNotTold) {
  // All is read ahead, and the last of the ten would be due when time is over.
  Loaded loaded{test::scripted(bids(10), {.damaged = true}), kOneAMilli, {.duration = millis(8)}};
  loaded.drain();
  EXPECT_EQ(loaded.feed().source_damage(), nullptr);
  loaded.drain(after(500'000));
  EXPECT_TRUE(loaded.ended());
  EXPECT_FALSE(loaded.feed().ran_dry());
  EXPECT_EQ(loaded.feed().source_damage(), nullptr);
}

// Three messages of seven events, more than is prepared; a thousand that make no event; one more.
std::unique_ptr<Feed> with_a_stretch_of_nothing(u64& polls) {
  const auto source = [events = messages_of(4, 7),
                       given = u64{0}](std::vector<Event>& message) mutable {
    const u64 at = given++;
    message.clear();
    if (at >= 3 && at < 1'003) return true;
    if (at > 1'003) return false;
    const auto first = events.begin() + static_cast<std::ptrdiff_t>(7 * std::min<u64>(at, 3));
    message.assign(first, first + 7);
    return true;
  };
  return std::make_unique<test::ScriptedFeed>(
      source, ScriptOptions{.messages_per_poll = 1, .on_poll = [&polls](u64) { ++polls; }});
}

TEST(OpenLoopFeed, APollDoesABoundedAmountOfWorkWhereTheInputHasNoEvents) {
  u64 polls = 0;
  Loaded loaded{with_a_stretch_of_nothing(polls), kOneAMilli, {.duration = millis(10)}};
  EXPECT_EQ(loaded.drain().size(), 7U);
  EXPECT_LT(polls, 10U) << "the stretch must lie behind what is prepared";
  std::vector<Event> rest;
  do {
    const u64 before = polls;
    const std::vector<Event> some = loaded.poll(after(3'500));
    EXPECT_LE(polls - before, kMostFetches + 3) << "a stretch, and three messages given";
    rest.insert(rest.end(), some.begin(), some.end());
  } while (!loaded.ended());
  EXPECT_GT(polls, 1'000U);
  ASSERT_EQ(rest.size(), 21U);
  EXPECT_EQ(rest.back().due_time, after(3'000)) << "late, by its own time";
  EXPECT_TRUE(loaded.feed().ran_dry());
}

TEST(OpenLoopFeed, GivesUpWhenItIsTooFarBehind) {
  Loaded loaded{test::scripted(bids(5'000))};
  loaded.drain();
  const Nanos end = kBegan + kSecondLong.duration;
  EXPECT_EQ(timed(loaded.poll(end + kPatience)), kMaxMessagesPerPoll);
  EXPECT_FALSE(loaded.feed().overdue());
  EXPECT_TRUE(loaded.poll(end + kPatience + Nanos{1}).empty());
  EXPECT_TRUE(loaded.ended());
  EXPECT_TRUE(loaded.feed().overdue());
  // 257 messages, a millisecond apart: the span that the load was offered over.
  EXPECT_EQ(loaded.feed().timed_span(), millis(256));
}

}  // namespace
}  // namespace tapedeck::open_loop
