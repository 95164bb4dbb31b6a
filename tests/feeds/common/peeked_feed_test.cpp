#include "feeds/common/peeked_feed.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include "tests/support/scripted_feed.hpp"

namespace tapedeck::feeds {
namespace {

using test::Script;
using test::ScriptedFeed;
using test::ScriptOptions;

std::vector<Event> some_events() {
  Script script;
  script.define(0, "A");
  for (u32 i = 1; i <= 20; ++i) script.at(i * 1'000'000).bid(0, i);
  return script.events();
}

std::vector<Event> all_of(Feed& feed) {
  std::vector<Event> all;
  std::vector<Event> storage(kMinPollBuffer);
  for (FeedStatus status = FeedStatus::ready; status != FeedStatus::ended;) {
    EventBuffer out{storage.data(), kMinPollBuffer};
    status = feed.poll(out, Nanos{0});
    all.insert(all.end(), out.begin(), out.end());
  }
  return all;
}

bool always(FeedStatus /*status*/) {
  return true;
}

TEST(PeekedFeed, EmitsEveryEventOnceWhateverAPollHolds) {
  const std::vector<Event> expected = some_events();
  for (const u32 messages : {1U, 2U, 7U, 100U}) {
    ScriptOptions options;
    options.messages_per_poll = messages;
    options.idle_every = 3;
    PeekedFeed feed{std::make_unique<ScriptedFeed>(expected, options)};
    EXPECT_EQ(feed.first_time(Nanos{0}, always), Nanos{1'000'000});
    const std::vector<Event> all = all_of(feed);
    ASSERT_EQ(all.size(), expected.size()) << messages;
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(all[i].sequence, expected[i].sequence);
      EXPECT_EQ(all[i].kind, expected[i].kind);
    }
  }
}

TEST(PeekedFeed, OfNothingHasNoTimeAndEnds) {
  PeekedFeed feed{std::make_unique<ScriptedFeed>(std::vector<Event>{})};
  EXPECT_FALSE(feed.first_time(Nanos{0}, always));
  EXPECT_TRUE(all_of(feed).empty());
}

TEST(PeekedFeed, KeepsWhatItReadWhenItIsStopped) {
  Script script;
  script.define(0, "A");
  const std::vector<Event> definition = script.events();
  ScriptOptions options;
  options.messages_per_poll = 1;
  PeekedFeed feed{std::make_unique<ScriptedFeed>(definition, options)};
  EXPECT_FALSE(feed.first_time(Nanos{0}, [](FeedStatus) { return false; }));
  EXPECT_EQ(all_of(feed).size(), definition.size());
}

TEST(PeekedFeed, RestoresWhatTheSourceRestores) {
  ScriptOptions options;
  options.messages_per_poll = 2;
  options.restores = 3;
  PeekedFeed feed{std::make_unique<ScriptedFeed>(some_events(), options)};
  ASSERT_TRUE(feed.first_time(Nanos{0}, always));
  std::vector<Event> storage(kMinPollBuffer);
  std::vector<bool> restoring;
  for (int i = 0; i < 3; ++i) {
    EventBuffer out{storage.data(), kMinPollBuffer};
    (void)feed.poll(out, Nanos{0});
    restoring.push_back(feed.restoring());
  }
  EXPECT_EQ(restoring, (std::vector<bool>{true, true, false}));
}

}  // namespace
}  // namespace tapedeck::feeds
