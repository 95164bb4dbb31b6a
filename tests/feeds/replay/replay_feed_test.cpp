#include "feeds/replay/replay_feed.hpp"

#include <gtest/gtest.h>

#include "tests/support/scripted_feed.hpp"

namespace tapedeck::replay {
namespace {

using test::Script;
using test::ScriptedFeed;

// Messages 1, 2, 3, ... of instrument 0 at those many milliseconds.
std::vector<Event> one_a_millisecond(u32 messages) {
  Script script;
  script.define(0, "A");
  for (u32 i = 1; i <= messages; ++i) script.at(i * 1'000'000).bid(0, i);
  return script.events();
}

struct Played {
  explicit Played(const ReplaySettings& settings, std::vector<Event> events = one_a_millisecond(10),
                  std::shared_ptr<ReplayClock> clock = std::make_shared<ReplayClock>(1),
                  u32 channel = 0)
      : feed(std::make_unique<ScriptedFeed>(std::move(events)), settings, std::move(clock),
             channel) {}

  std::vector<Event> poll(Nanos now) {
    EventBuffer out{storage.data(), kMinPollBuffer};
    status = feed.poll(out, now);
    return {out.begin(), out.end()};
  }
  std::vector<Event> all() {
    std::vector<Event> events;
    for (i64 now = 1; status != FeedStatus::ended; now += 1'000'000) {
      const std::vector<Event> some = poll(Nanos{now});
      events.insert(events.end(), some.begin(), some.end());
    }
    return events;
  }

  ReplayFeed feed;
  FeedStatus status = FeedStatus::ready;
  std::vector<Event> storage = std::vector<Event>(kMinPollBuffer);
};

std::vector<u64> ids(const std::vector<Event>& events, bool preroll) {
  std::vector<u64> found;
  for (const Event& event : events) {
    const bool flagged = (event.flags & kPreroll) != 0;
    if (event.kind == Kind::add && flagged == preroll) found.push_back(event.order.id.value);
  }
  return found;
}

TEST(ReplayFeed, FlagsWhatLiesBeforeTheStart) {
  ReplaySettings by_time;
  by_time.from.exchange_time = {4'000'000};
  Played played{by_time};
  const std::vector<Event> events = played.all();
  EXPECT_EQ(ids(events, true), (std::vector<u64>{1, 2, 3}));
  EXPECT_EQ(ids(events, false), (std::vector<u64>{4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(events.front().due_time, kNotTimed);

  ReplaySettings by_number;
  by_number.from.sequence = one_a_millisecond(10)[3].sequence;
  EXPECT_EQ(ids(Played{by_number}.all(), true), (std::vector<u64>{1, 2}));
}

TEST(ReplayFeed, APollIsEitherBeforeTheStartAndMayNotBeDroppedOrBehindItAndMay) {
  ReplaySettings settings;
  settings.from.exchange_time = {4'000'000};
  Played played{settings};
  std::vector<bool> may_drop;
  while (played.status != FeedStatus::ended) {
    EventBuffer out{played.storage.data(), kMinPollBuffer};
    played.status = played.feed.poll(out, Nanos{1});
    for (const Event& event : out) {
      EXPECT_EQ(out.may_drop(), (event.flags & kPreroll) == 0) << event.sequence;
      may_drop.push_back(out.may_drop());
    }
  }
  EXPECT_EQ(may_drop.size(), 11U);
  EXPECT_FALSE(may_drop.front());
  EXPECT_TRUE(may_drop.back());
}

TEST(ReplayFeed, EndsBeforeItsEnd) {
  ReplaySettings by_time;
  by_time.to_time = Nanos{4'000'000};
  Played played{by_time};
  EXPECT_EQ(ids(played.all(), false), (std::vector<u64>{1, 2, 3}));
  EXPECT_TRUE(played.feed.complete());
  EXPECT_EQ(played.feed.counters().messages, 4U);  // with the definition's

  ReplaySettings by_number;
  by_number.to_sequence = one_a_millisecond(10)[3].sequence;
  EXPECT_EQ(ids(Played{by_number}.all(), false), (std::vector<u64>{1, 2}));
}

// Channel time is what counts: a message that comes late belongs to what it comes with.
TEST(ReplayFeed, GoesByChannelTime) {
  Script script;
  script.define(0, "A").at(1'000'000).bid(0, 1).at(5'000'000).bid(0, 2).at(2'000'000).bid(0, 3);
  script.at(6'000'000).bid(0, 4);
  ReplaySettings settings;
  settings.from.exchange_time = {5'000'000};
  settings.to_time = Nanos{6'000'000};
  const std::vector<Event> events = Played{settings, script.events()}.all();
  EXPECT_EQ(ids(events, true), (std::vector<u64>{1}));
  EXPECT_EQ(ids(events, false), (std::vector<u64>{2, 3}));
}

TEST(ReplayFeed, KeepsAMessageTogether) {
  std::vector<Event> events = one_a_millisecond(4);
  Event second = events[2];
  second.kind = Kind::remove;
  events[2].flags = 0;
  events.insert(events.begin() + 3, second);
  ReplaySettings settings;
  settings.to_sequence = events[4].sequence;
  const std::vector<Event> given = Played{settings, events}.all();
  ASSERT_EQ(given.size(), 4U);
  EXPECT_EQ(given.back().kind, Kind::remove);
}

TEST(ReplayFeed, GivesNothingBeforeItIsDue) {
  ReplaySettings settings;
  settings.from.exchange_time = {3'000'000};
  settings.speed = 2;
  Played played{settings};
  // The preroll at once, then the first message, whose time is the origin.
  EXPECT_EQ(ids(played.poll(Nanos{1'000}), true), (std::vector<u64>{1, 2}));
  EXPECT_EQ(ids(played.poll(Nanos{1'000}), false), (std::vector<u64>{3}));
  EXPECT_TRUE(played.poll(Nanos{1'000 + 499'999}).empty());
  EXPECT_EQ(played.status, FeedStatus::ready) << "it is not worth a nap";
  const std::vector<Event> fourth = played.poll(Nanos{1'000 + 500'000});
  EXPECT_EQ(ids(fourth, false), (std::vector<u64>{4}));
  EXPECT_EQ(fourth[0].due_time, Nanos{1'000 + 500'000});
  // What is late is given with the time at which it was due.
  const std::vector<Event> late = played.poll(Nanos{1'000 + 1'600'000});
  EXPECT_EQ(ids(late, false), (std::vector<u64>{5, 6}));
  EXPECT_EQ(late[0].due_time, Nanos{1'000 + 1'000'000});
  ASSERT_NE(played.feed.pace(), nullptr);
  EXPECT_EQ(played.feed.pace()->events, 4U);
  EXPECT_GE(played.feed.pace()->lateness.max(), Nanos{600'000});
}

TEST(ReplayFeed, IsIdleWhileTheNextMessageIsFarAway) {
  ReplaySettings settings;
  settings.speed = 0.1;
  std::vector<Event> events = one_a_millisecond(3);
  events[0].exchange_time = events[1].exchange_time;
  Played played{settings, events};
  EXPECT_EQ(played.poll(Nanos{1'000}).size(), 2U);
  EXPECT_EQ(played.status, FeedStatus::idle);
  EXPECT_TRUE(played.poll(Nanos{9'500'000}).empty());
  EXPECT_EQ(played.status, FeedStatus::ready);
}

// A snapshot at the beginning of a recording is no part of what happened at its speed.
TEST(ReplayFeed, GivesWhatRestoresBooksAtOnceAndPacesWhatFollows) {
  ReplaySettings settings;
  settings.speed = 1;
  auto source =
      std::make_unique<ScriptedFeed>(one_a_millisecond(10), test::ScriptOptions{.restores = 4});
  ReplayFeed feed{std::move(source), settings, std::make_shared<ReplayClock>(1)};
  std::vector<Event> storage(kMinPollBuffer);
  bool may_drop = false;
  const auto poll = [&](Nanos now) {
    EventBuffer out{storage.data(), kMinPollBuffer};
    (void)feed.poll(out, now);
    may_drop = out.may_drop();
    return std::vector<Event>{out.begin(), out.end()};
  };
  const std::vector<Event> first = poll(Nanos{1'000});
  ASSERT_EQ(first.size(), 4U) << "without the first message that has a pace";
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(first[i].due_time, kNotTimed) << i;
  EXPECT_FALSE(may_drop);
  const std::vector<Event> second = poll(Nanos{1'000});
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second.front().due_time, Nanos{1'000});
  EXPECT_TRUE(may_drop);
  EXPECT_EQ(feed.pace()->events, 1U);
  EXPECT_TRUE(poll(Nanos{999'000}).empty());
  EXPECT_EQ(poll(Nanos{1'001'000}).size(), 1U);
}

// What passes within seconds is no reason to leave a pause out.
TEST(ReplayFeed, WaitsForALongPauseThatIsShortAtItsSpeed) {
  for (const bool waits : {true, false}) {
    ReplaySettings settings;
    settings.speed = 120;
    std::vector<Event> events = one_a_millisecond(2);
    events[0].exchange_time = events[1].exchange_time = Nanos{0};
    events[2].exchange_time = Nanos{(waits ? 1'199 : 1'201) * kNanosPerSecond};
    Played played{settings, events};
    EXPECT_EQ(played.poll(Nanos{1}).size(), waits ? 2U : 3U);
    EXPECT_EQ(played.feed.warnings().size(), waits ? 0U : 1U);
  }
}

// Damage of a time must not hold a replay up, wherever it lies; nor does a night between two days.
TEST(ReplayFeed, DoesNotWaitForATimeThatIsFarAway) {
  constexpr i64 kHour = i64{3'600} * kNanosPerSecond;
  for (const i64 damaged : {7 * kHour, -7 * kHour, INT64_MAX, INT64_MIN + 1}) {
    ReplaySettings settings;
    settings.speed = 1;
    std::vector<Event> events = one_a_millisecond(6);
    events[3].exchange_time = Nanos{damaged};
    Played played{settings, events};
    Nanos now{1};
    std::size_t given = 0;
    for (int polls = 0; played.status != FeedStatus::ended && polls < 100; ++polls) {
      given += played.poll(now).size();
      now = now + Nanos{1'000'000};
    }
    EXPECT_EQ(given, events.size()) << damaged;
    EXPECT_LE(now, Nanos{20'000'000}) << damaged;
    ASSERT_EQ(played.feed.warnings().size(), 1U);
    EXPECT_NE(played.feed.warnings()[0].find("jumps by more than 900 s 2 times"), std::string::npos)
        << played.feed.warnings()[0];
  }
}

// A quiet hour of one channel is none of the others'.
TEST(ReplayFeed, ChannelsKeepTheirDistancesThroughAPauseOfOneOfThem) {
  constexpr i64 kHour = i64{3'600} * kNanosPerSecond;
  constexpr i64 kStep = kHour / 12;
  const auto clock = std::make_shared<ReplayClock>(2);
  ReplaySettings settings;
  settings.speed = 1;
  std::vector<Event> busy = one_a_millisecond(13), quiet = one_a_millisecond(2);
  for (std::size_t i = 1; i < busy.size(); ++i) {
    busy[i].exchange_time = Nanos{static_cast<i64>(i - 1) * kStep};
  }
  quiet[1].exchange_time = Nanos{0};
  quiet[2].exchange_time = Nanos{kHour - 1};
  busy[0].exchange_time = quiet[0].exchange_time = Nanos{0};
  Played first{settings, busy, clock, 0};
  Played second{settings, quiet, clock, 1};
  std::size_t of_first = 0, of_second = 0;
  for (i64 now = 1; now < kHour; now += kStep / 2) {
    of_first += ids(first.poll(Nanos{now}), false).size();
    of_second += ids(second.poll(Nanos{now}), false).size();
    if (now < kHour - kStep) {
      EXPECT_LE(of_second, 1U) << now;
    }
  }
  EXPECT_EQ(of_first, 12U);
  EXPECT_TRUE(first.feed.warnings().empty());
  // When both are quiet, nobody waits.
  std::vector<Event> night = one_a_millisecond(2);
  night[2].exchange_time = Nanos{9 * kHour};
  const auto other = std::make_shared<ReplayClock>(2);
  Played third{settings, night, other, 0};
  Played fourth{settings, night, other, 1};
  std::size_t given = 0;
  for (i64 now = 1; now < 20'000'000; now += 1'000'000) {
    given += ids(third.poll(Nanos{now}), false).size();
    given += ids(fourth.poll(Nanos{now}), false).size();
  }
  EXPECT_EQ(given, 4U);
  EXPECT_EQ(third.feed.warnings().size(), 1U);
}

TEST(ReplayFeed, ChannelsShareTheEarliestStart) {
  const auto clock = std::make_shared<ReplayClock>(3);
  ReplaySettings settings;
  settings.speed = 1;
  Script late;
  late.define(0, "B").at(3'000'000).bid(0, 1);
  std::vector<Event> early = one_a_millisecond(2);
  for (Event& event : early) event.exchange_time = event.exchange_time + Nanos{1'000'000};
  std::vector<Event> of_late = late.events();
  of_late[0].exchange_time = {3'000'000};
  early[0].exchange_time = {2'000'000};
  Played first{settings, early, clock, 0};
  Played second{settings, of_late, clock, 1};
  Played empty{settings, std::vector<Event>{}, clock, 2};
  EXPECT_TRUE(first.poll(Nanos{10}).empty()) << "the others have not said when they begin";
  EXPECT_TRUE(second.poll(Nanos{20}).empty());
  empty.poll(Nanos{30});
  EXPECT_EQ(empty.status, FeedStatus::ended) << "a channel without messages holds nobody up";
  EXPECT_EQ(ids(first.poll(Nanos{40}), false), (std::vector<u64>{1}));
  EXPECT_TRUE(second.poll(Nanos{40 + 999'999}).empty());
  EXPECT_EQ(ids(second.poll(Nanos{40 + 1'000'000}), false), (std::vector<u64>{1}));
}

TEST(ReplayFeed, ALossBeforeAnythingDatedIsDueAtOnce) {
  std::vector<Event> events = one_a_millisecond(3);
  Event loss{};
  loss.kind = Kind::loss;
  loss.flags = kLastOfEvent | kCarryOn;
  loss.instrument = kEveryInstrument;
  loss.exchange_time = kBeginningOfTime;
  events.insert(events.begin(), loss);
  for (Event& event : events) {
    if (event.kind == Kind::define) event.exchange_time = {1'000'000};
  }
  ReplaySettings settings;
  settings.speed = 1;
  Played played{settings, events};
  EXPECT_EQ(played.poll(Nanos{10}).size(), 3U) << "the loss, the definition, the first order";
  EXPECT_TRUE(played.poll(Nanos{10 + 999'999}).empty());
  EXPECT_EQ(played.poll(Nanos{10 + 1'000'000}).size(), 1U);
}

TEST(ReplayFeed, TellsWhenTheStartIsBehindTheEnd) {
  ReplaySettings settings;
  settings.from.exchange_time = {99'000'000};
  Played played{settings};
  EXPECT_EQ(ids(played.all(), true).size(), 10U);
  ASSERT_EQ(played.feed.warnings().size(), 1U);
  EXPECT_NE(played.feed.warnings()[0].find("`from`"), std::string::npos);
  ReplaySettings everything;
  Played whole{everything};
  (void)whole.all();
  EXPECT_TRUE(whole.feed.warnings().empty());
}

TEST(ReplayFeed, WarnsOfAPartWithoutMessages) {
  const auto warning = [](const ReplaySettings& settings) {
    Played played{settings};
    (void)played.all();
    const std::vector<std::string> all = played.feed.warnings();
    return all.empty() ? "" : all.front();
  };
  ReplaySettings behind;
  behind.from.exchange_time = {11'000'000};
  EXPECT_TRUE(warning(behind).starts_with("`from`: the input ended before it"));
  ReplaySettings before;
  before.to_time = Nanos{1};
  EXPECT_TRUE(warning(before).starts_with("`to`: no message lies before it"));
  ReplaySettings between;
  between.from.exchange_time = {4'000'001};
  between.to_time = Nanos{5'000'000};
  EXPECT_TRUE(warning(between).starts_with("`from` and `to`: no message lies between them"));
  between.to_time = Nanos{5'000'001};
  EXPECT_EQ(warning(between), "");
  EXPECT_EQ(warning({}), "");
  behind.warns_if_empty = false;
  EXPECT_EQ(warning(behind), "");
}

TEST(ReplayFeed, WarnsOnlyIfAllChannelsAreWithoutMessages) {
  for (const i64 last : {4, 10}) {
    ReplaySettings settings;
    settings.from.exchange_time = {5'000'000};
    const auto clock = std::make_shared<ReplayClock>(2);
    Played first{settings, one_a_millisecond(4), clock, 0};
    Played second{settings, one_a_millisecond(static_cast<u32>(last)), clock, 1};
    (void)first.all();
    EXPECT_TRUE(first.feed.warnings().empty()) << "the other has not ended";
    (void)second.all();
    EXPECT_EQ(first.feed.warnings().empty(), last == 10);
    EXPECT_TRUE(second.feed.warnings().empty()) << "said once";
  }
}

}  // namespace
}  // namespace tapedeck::replay
