#include "feeds/common/feed_decorator.hpp"

#include <gtest/gtest.h>

#include "feeds/common/peeked_feed.hpp"
#include "feeds/common/plausible_times.hpp"
#include "feeds/simulated/feed.hpp"
#include "tests/support/scripted_feed.hpp"

namespace tapedeck::feeds {
namespace {

std::unique_ptr<Feed> simulated_feed() {
  simulated::Market market;
  market.instruments = 1;
  return std::make_unique<simulated::SimulatedFeed>(market);
}

TEST(FeedDecorator, HasARecordingIfItsFeedHasOne) {
  PeekedFeed recorded{std::make_unique<test::ScriptedFeed>(std::vector<Event>{})};
  EXPECT_EQ(static_cast<const Feed&>(recorded).recording(), &recorded);
  EXPECT_EQ(recorded.Feed::recording(), nullptr) << "the default is that of a live feed";
  EXPECT_TRUE(recorded.recording()->said_complete());
}

TEST(FeedDecorator, OfALiveFeedIsLive) {
  PeekedFeed once{simulated_feed()};
  EXPECT_EQ(once.recording(), nullptr);
  const PlausibleTimes twice{std::make_unique<PeekedFeed>(simulated_feed())};
  EXPECT_EQ(twice.recording(), nullptr);
  EXPECT_EQ(damage_of(twice), nullptr);
}

TEST(FeedDecorator, TellsTheDamageOfItsFeed) {
  PeekedFeed damaged{std::make_unique<test::ScriptedFeed>(std::vector<Event>{},
                                                          test::ScriptOptions{.damaged = true})};
  EXPECT_EQ(damage_of(damaged), nullptr);
  std::vector<Event> storage(kMinPollBuffer);
  EventBuffer out{storage.data(), kMinPollBuffer};
  EXPECT_EQ(damaged.poll(out, Nanos{1}), FeedStatus::ended);
  ASSERT_NE(damage_of(damaged), nullptr);
  EXPECT_EQ(damage_of(damaged)->file, "script");
}

}  // namespace
}  // namespace tapedeck::feeds
