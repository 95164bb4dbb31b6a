// The sections of a channel's polls: what both kinds of stages pass to the shards, and when.
#include "engine/pipeline/channel.hpp"

#include <gtest/gtest.h>

#include "tests/support/scripted_feed.hpp"

namespace tapedeck::test {
namespace {

using pipeline::Channel;
using pipeline::Section;

constexpr Nanos kEveryHundred{100};

Script bids_at(std::initializer_list<i64> times) {
  Script script;
  script.define(0, "A");
  u64 id = 0;
  for (const i64 time : times) script.at(time).bid(0, ++id);
  return script;
}

class Sections : public ::testing::Test {
 protected:
  void play(std::vector<Event> events, std::optional<Nanos> interval, ScriptOptions options = {}) {
    channel_ = std::make_unique<Channel>(ChannelId{0}, scripted(std::move(events), options), clock_,
                                         interval);
  }
  // The next section in short: how many events, then the mark with its cuts.
  std::string next() {
    if (!channel_->next_section()) return "none";
    const Section& section = channel_->section();
    std::string text = std::to_string(section.events.size());
    if (section.mark == nullptr) return text;
    const CutFields& cut = section.mark->cut;
    return text + (section.mark->kind == Kind::end ? " end " : " cut ") + time(cut.first) + ".." +
           time(cut.last);
  }
  static std::string time(Nanos time) {
    return time == kBeginningOfTime ? "beginning" : std::to_string(time.value);
  }

  ManualClock clock_;
  std::unique_ptr<Channel> channel_;
};

TEST_F(Sections, WithoutCutsAPollIsOneAndTheEndFollowsItsEvents) {
  play(bids_at({150, 250, 350}).events(), {});
  (void)channel_->poll();
  EXPECT_EQ(next(), "4 end beginning..beginning");
  EXPECT_EQ(next(), "none");
  EXPECT_EQ(channel_->channel_time(), Nanos{350});
}

TEST_F(Sections, APollIsSplitBeforeTheFirstEventBehindACut) {
  play(bids_at({150, 160, 250, 555, 560}).events(), kEveryHundred);
  (void)channel_->poll();
  EXPECT_EQ(next(), "0 cut beginning..0") << "the definition is the channel's first event";
  EXPECT_EQ(next(), "1 cut 100..100");
  EXPECT_EQ(channel_->channel_time(), Nanos{150})
      << "of the event behind the cut, as its mark says";
  EXPECT_EQ(next(), "2 cut 200..200");
  EXPECT_EQ(next(), "1 cut 300..500");
  EXPECT_EQ(next(), "2 end 600..600");
  EXPECT_EQ(next(), "none");
}

TEST_F(Sections, APollWithoutACutIsOne) {
  ScriptOptions two_a_poll;
  two_a_poll.messages_per_poll = 2;
  play(bids_at({110, 120, 130, 140}).events(), kEveryHundred, two_a_poll);
  (void)channel_->poll();
  EXPECT_EQ(next(), "0 cut beginning..0");
  EXPECT_EQ(next(), "1 cut 100..100");
  EXPECT_EQ(next(), "1");
  EXPECT_EQ(next(), "none");
  (void)channel_->poll();
  EXPECT_EQ(next(), "2");
  EXPECT_EQ(next(), "none");
}

TEST_F(Sections, WhatLiesBeforeTheStartPassesCutsUntold) {
  std::vector<Event> events = bids_at({150, 250, 350, 450}).events();
  for (std::size_t i = 0; i < 3; ++i) events[i].flags |= kPreroll;
  play(std::move(events), kEveryHundred);
  (void)channel_->poll();
  EXPECT_EQ(next(), "3 cut 300..300");
  EXPECT_EQ(next(), "1 cut 400..400");
  EXPECT_EQ(next(), "1 end 500..500");
}

TEST_F(Sections, ALossHasNoTimeOfItsOwn) {
  Script script;
  script.define(0, "A").at(950).loss(Instrument{0}, 7, 9).at(150).bid(0, 1);
  for (const auto interval : {std::optional<Nanos>{}, std::optional{kEveryHundred}}) {
    play(script.events(), interval);
    (void)channel_->poll();
    while (next() != "none") {
    }
    EXPECT_EQ(channel_->channel_time(), Nanos{150});
  }
}

TEST_F(Sections, AStopLeavesOnlyTheEnd) {
  ScriptOptions endless;
  endless.never_ends = true;
  play(bids_at({150, 250}).events(), kEveryHundred, endless);
  (void)channel_->poll();
  EXPECT_EQ(next(), "0 cut beginning..0");
  channel_->stop();
  EXPECT_EQ(next(), "0 end 100..100") << "cuts that were passed but not told are of the end";
  EXPECT_EQ(next(), "none");
  EXPECT_TRUE(channel_->ended());
}

TEST_F(Sections, DamageIsTheLastEventBeforeTheEnd) {
  ScriptOptions damaged;
  damaged.damaged = true;
  play(bids_at({150}).events(), {}, damaged);
  (void)channel_->poll();
  EXPECT_EQ(next(), "2");
  EXPECT_FALSE(channel_->ended());
  (void)channel_->poll();
  ASSERT_EQ(channel_->polled().size(), 1U);
  EXPECT_EQ(channel_->polled().front().kind, Kind::loss);
  EXPECT_EQ(next(), "1 end beginning..beginning");
}

// A live feed of two messages, which are one poll.
class LiveFeed final : public Feed {
 public:
  FeedStatus poll(EventBuffer& out, Nanos /*now*/) override {
    if (counters_.messages > 0) return FeedStatus::ended;
    counters_.messages = 2;
    const std::vector<Event> events = bids_at({150}).events();
    for (const Event& event : events) out.push() = event;
    return FeedStatus::ready;
  }
  const FeedCounters& counters() const override { return counters_; }

 private:
  FeedCounters counters_;
};

TEST(Channels, OfALiveFeedAreCompleteOnceTheFeedHasEnded) {
  ManualClock clock;
  Channel channel{ChannelId{0}, std::make_unique<LiveFeed>(), clock, {}};
  (void)channel.poll();
  EXPECT_FALSE(channel.complete());
  EXPECT_EQ(channel.feed().last_sequence(), 2U);
  while (channel.next_section()) {
  }
  (void)channel.poll();
  EXPECT_TRUE(channel.ended());
  EXPECT_TRUE(channel.complete());
  channel.publish_progress();
  EXPECT_EQ(channel.progress().raw_bytes_read, 0U);
}

TEST(Channels, OfADamagedRecordingAreNotCompleteAndEndWithALoss) {
  ManualClock clock;
  Channel channel{ChannelId{0}, scripted(bids_at({150}).events(), {.damaged = true}), clock, {}};
  (void)channel.poll();
  EXPECT_FALSE(channel.complete());
  EXPECT_FALSE(channel.ended());
  while (channel.next_section()) {
  }
  (void)channel.poll();
  EXPECT_TRUE(channel.ended());
  ASSERT_EQ(channel.polled().size(), 1U);
  EXPECT_EQ(channel.polled().front().kind, Kind::loss);
}

}  // namespace
}  // namespace tapedeck::test
