#include "feeds/pcap/feed.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/calendar.hpp"
#include "tests/feeds/pcap/feed_run.hpp"

namespace tapedeck::feeds {
namespace {

using pcap::Carries;
using test::MadeCapture;
using test::mold;
using test::Outcome;
using test::run;
using test::Sources;
using test::Texts;
using test::udp_frame;

TEST(PcapFeed, EachPayloadsMessagesComeInOrder) {
  MadeCapture capture;
  capture.add(udp_frame(mold(1, {"a", "b"}))).add(udp_frame(mold(3, {"c"})));
  const Outcome outcome = run({capture});
  EXPECT_EQ(outcome.record.messages, (Texts{"a", "b", "c"}));
  EXPECT_EQ(outcome.record.counters.bytes, capture.content().size());
  EXPECT_EQ(outcome.raw_bytes, capture.content().size());
  EXPECT_EQ(outcome.last_sequence, 3U);
  EXPECT_FALSE(outcome.damage);
  EXPECT_TRUE(outcome.warnings.empty());
}

TEST(PcapFeed, FilesAreOneChannelOneAfterAnother) {
  MadeCapture first;
  first.add(udp_frame(mold(1, {"a"})));
  MadeCapture second{MadeCapture::Kind{true, false}};
  second.add(udp_frame(mold(2, {"b"}))).add(udp_frame(mold(4, {"c"})));
  const MadeCapture empty;
  const Outcome outcome = run({first, empty, second});
  EXPECT_EQ(outcome.record.messages, (Texts{"a", "b", "c"}));
  EXPECT_EQ(outcome.record.sequences, (std::vector<Sequence>{1, 2, 3}));
  const u64 bytes = first.content().size() + empty.content().size() + second.content().size();
  EXPECT_EQ(outcome.record.counters.bytes, bytes);
  EXPECT_EQ(outcome.raw_bytes, bytes);
  EXPECT_EQ(outcome.record.counters.gaps, 1U);
}

TEST(PcapFeed, APollTakesAtMostItsMessagesWhateverAPacketHolds) {
  MadeCapture capture;
  capture.add(udp_frame(mold(1, Texts(1'000, "d")))).add(udp_frame(mold(1'001, Texts(30, "m"))));
  const Outcome outcome = run({capture});
  EXPECT_EQ(outcome.record.messages.size(), 1'030U);
  EXPECT_EQ(outcome.most_messages_a_poll, kMaxMessagesPerPoll);
  EXPECT_EQ(outcome.events.size(), 2'030U);
}

TEST(PcapFeed, APollEndsAmongPacketsOfOthersToo) {
  MadeCapture capture;
  for (int i = 0; i < 10'000; ++i) capture.add("not a frame of ours at all");
  const Outcome outcome = run({capture});
  EXPECT_GE(outcome.polls, 9U);
  EXPECT_EQ(outcome.record.counters.skipped_packets, 10'000U);
}

TEST(PcapFeed, PacketsOfOthersAreSkippedAndCountedByName) {
  MadeCapture capture;
  capture.add(test::ethernet("", test::big16(0x0806)))
      .add(test::ethernet(test::ipv4("tcp", 6)))
      .add(udp_frame("\x01 another protocol over UDP"))
      .add(udp_frame("tiny"))
      .add(udp_frame(mold(1, {"a"})));
  const Outcome outcome = run({capture});
  EXPECT_EQ(outcome.record.messages, (Texts{"a"}));
  EXPECT_EQ(outcome.record.counters.skipped_packets, 4U);
  EXPECT_EQ(outcome.record.counters.malformed, 0U);
  EXPECT_EQ(outcome.losses(), 0U);
  ASSERT_EQ(outcome.warnings.size(), 1U);
  EXPECT_EQ(outcome.warnings[0],
            "of 5 captured packets not all could be used, 2 other UDP, 1 not IP, 1 not UDP");
}

TEST(PcapFeed, APayloadCutByTheCaptureIsMalformedAndALoss) {
  const std::string frame = udp_frame(mold(1, {"aaaa", "bbbb"}));
  for (u32 cut = 1; cut < frame.size(); ++cut) {
    SCOPED_TRACE(cut);
    MadeCapture capture;
    capture.add(frame.substr(0, frame.size() - cut), 1'692'711'000, 0, cut);
    const Outcome outcome = run({capture});
    EXPECT_EQ(outcome.record.messages.size(), cut <= 6 ? 1U : 0U);
    EXPECT_EQ(outcome.record.counters.malformed, 1U);
    EXPECT_EQ(outcome.losses(), 1U);
    EXPECT_EQ(outcome.carried(Carries::truncated), 1U);
  }
}

TEST(PcapFeed, ACutPayloadOfAnotherProtocolIsNoLoss) {
  MadeCapture capture;
  capture.add(udp_frame("\x01 another protocol over UDP").substr(0, 64), 1, 0, 2);
  const Outcome outcome = run({capture});
  EXPECT_EQ(outcome.losses(), 0U);
  EXPECT_EQ(outcome.record.counters.skipped_packets, 1U);
}

TEST(PcapFeed, OfAFragmentedDatagramTheFirstPartIsUsedAndTheRestIsALoss) {
  const std::string datagram = test::udp(mold(1, {"aaaa", "bbbb", "cccc"}));
  std::string first = test::ethernet(test::ipv4(datagram.substr(0, 40)));
  test::put16(first, 14 + 6, 0x2000);
  std::string second = test::ethernet(test::ipv4(datagram.substr(40)));
  test::put16(second, 14 + 6, 5);
  MadeCapture capture;
  capture.add(first).add(second);
  const Outcome outcome = run({capture});
  EXPECT_EQ(outcome.record.messages, (Texts{"aaaa", "bbbb"}));
  EXPECT_EQ(outcome.losses(), 1U);
  EXPECT_EQ(outcome.carried(Carries::fragment), 2U);
  EXPECT_EQ(outcome.record.counters.skipped_packets, 1U);
}

TEST(PcapFeed, ContradictoryLengthsAreALoss) {
  std::string frame = udp_frame(mold(1, {"a"}));
  test::put16(frame, 14 + 20 + 4, 0x7FFF);
  MadeCapture capture;
  capture.add(frame);
  const Outcome outcome = run({capture});
  EXPECT_EQ(outcome.record.counters.malformed, 1U);
  EXPECT_EQ(outcome.losses(), 1U);
}

// A feed whose packets have the owner that their destination's port says.
struct OwnedFeed {
  explicit OwnedFeed(const MadeCapture& capture, bool counts_others = true)
      : content(capture.content()), feed(make(counts_others)) {
    std::vector<Event> room(kMinPollBuffer);
    for (FeedStatus status = FeedStatus::ready; status != FeedStatus::ended;) {
      EventBuffer out{room.data(), kMinPollBuffer};
      status = feed.poll(out, Nanos{1});
    }
  }
  PcapFeed make(bool counts_others) {
    Sources files;
    files.push_back(memory_source("made.pcap", as_bytes_of(content)));
    StreamOptions options;
    options.counts_others = counts_others;
    options.owner_of = [this](const Destination&, std::optional<u16> port, Bytes payload) {
      seen.emplace_back(port, payload.size());
      return static_cast<PacketOwner>(port.value_or(0));
    };
    return {std::move(files),
            std::make_unique<MoldUdp64Parser>(std::make_unique<test::RecordingDecoder>(record)),
            std::move(options)};
  }

  std::string content;
  std::vector<std::pair<std::optional<u16>, std::size_t>> seen;
  test::RecordingDecoder::Record record;
  PcapFeed feed;
};

MadeCapture capture_of_each_owner() {
  MadeCapture capture;
  for (u16 owner = 0; owner < 4; ++owner) {
    Destination to;
    to.port = owner;
    capture.add(test::udp_frame_to(to, mold(1, {std::to_string(owner)})));
  }
  return capture;
}

TEST(PcapFeed, OfSeveralStreamsOneIsReadAndTheOthersArePassedOver) {
  OwnedFeed owned{capture_of_each_owner()};
  EXPECT_EQ(owned.record.messages, Texts{"0"});
  EXPECT_EQ(owned.record.counters.skipped_packets, 1U) << "nobody's";
  ASSERT_TRUE(owned.feed.left_out());
  EXPECT_NE(owned.feed.left_out()->find("made.pcap: 1 packet is of a stream"), std::string::npos);
}

TEST(PcapFeed, PacketsThatAreNotItsOwnAreCountedByOneOfTheStreams) {
  OwnedFeed owned{capture_of_each_owner(), false};
  EXPECT_EQ(owned.record.messages, Texts{"0"});
  EXPECT_EQ(owned.record.counters.skipped_packets, 0U);
  EXPECT_FALSE(owned.feed.left_out());
  EXPECT_LT(owned.record.counters.bytes, owned.content.size() / 2) << "its own packets' only";
}

TEST(PcapFeed, ThePacketsOwnerIsAskedForByWhatIsThereOfACutFrame) {
  Destination to;
  to.port = 3;
  const std::string frame = test::udp_frame_to(to, mold(1, {"a"}));
  constexpr std::size_t kPorts = 14 + 20;
  MadeCapture capture;
  for (const std::size_t there : {kPorts + 6, kPorts + 4, kPorts + 3, kPorts, std::size_t{20}}) {
    const auto cut = static_cast<u32>(frame.size() - there);
    capture.add(frame.substr(0, there), 1'692'711'000, 0, cut);
  }
  OwnedFeed owned{capture};
  using Seen = std::vector<std::pair<std::optional<u16>, std::size_t>>;
  EXPECT_EQ(owned.seen, (Seen{{u16{3}, 0}, {u16{3}, 0}, {{}, 0}, {{}, 0}}));
  EXPECT_EQ(owned.record.counters.skipped_packets, 2U);
}

// A frame that ends within the IP header, but behind the protocol's number.
TEST(PcapFeed, ACutFrameOfAnotherTransportIsNotUdp) {
  const std::string frame = test::ethernet(test::ipv4("a TCP segment", 6));
  MadeCapture capture;
  capture.add(frame.substr(0, 30), 1'692'711'000, 0, 20);
  const Outcome outcome = run({capture});
  EXPECT_EQ(outcome.carried(Carries::not_udp), 1U);
  EXPECT_EQ(outcome.record.counters.malformed, 0U);
}

TEST(PcapFeed, DamageEndsTheChannelAfterWhatCameBeforeIt) {
  MadeCapture capture;
  capture.add(udp_frame(mold(1, {"a"}))).add(udp_frame(mold(2, {"b"})));
  MadeCapture next;
  next.add(udp_frame(mold(3, {"c"})));
  const std::string cut = capture.content().substr(0, capture.content().size() - 1);
  Sources files;
  files.push_back(memory_source("cut.pcap", as_bytes_of(cut)));
  files.push_back(memory_source("next.pcap", as_bytes_of(next.content())));
  const Outcome outcome = run(std::move(files));
  EXPECT_EQ(outcome.record.messages, (Texts{"a"}));
  ASSERT_TRUE(outcome.damage);
  EXPECT_EQ(outcome.damage->file, "cut.pcap");
  EXPECT_EQ(outcome.damage->offset, 24 + 16 + udp_frame(mold(1, {"a"})).size());
}

// What was lost may have stood behind the end of the session.
TEST(PcapFeed, ADamagedCaptureIsNotCompleteThoughItsSessionEnded) {
  MadeCapture capture;
  capture.add(udp_frame(mold(1, {"a", "Z"})));
  EXPECT_TRUE(run({capture}).complete);
  const Outcome cut = run(capture.content() + "half a packet's head");
  EXPECT_TRUE(cut.damage);
  EXPECT_FALSE(cut.complete);
}

TEST(PcapFeed, ALinkTypeThatNobodyReadsIsDamage) {
  MadeCapture capture{MadeCapture::Kind{}, 105};
  capture.add("a probe");
  const Outcome outcome = run({capture});
  ASSERT_TRUE(outcome.damage);
  EXPECT_EQ(outcome.damage->found, "link type 105");
}

TEST(PcapFeed, MidnightIsThatOfTheEasternDayOfTheCapture) {
  using namespace std::chrono;
  const auto midnight_at = [](sys_seconds captured) {
    MadeCapture capture;
    capture.add(udp_frame(mold(1, {"a"})), static_cast<u32>(captured.time_since_epoch().count()));
    const Outcome outcome = run({capture});
    EXPECT_TRUE(outcome.time_from_capture);
    return outcome.record.midnights.back();
  };
  const auto summer = 2023y / August / 22;
  const auto winter = 2023y / December / 5;
  EXPECT_EQ(midnight_at(sys_days{summer} + 13h + 30min), eastern_midnight(summer));
  EXPECT_EQ(midnight_at(sys_days{summer} + 4h), eastern_midnight(summer));
  EXPECT_EQ(midnight_at(sys_days{summer} + 28h - 1s), eastern_midnight(summer));
  EXPECT_EQ(midnight_at(sys_days{winter} + 5h), eastern_midnight(winter));
  EXPECT_EQ(midnight_at(sys_days{winter} + 29h - 1s), eastern_midnight(winter));
}

TEST(PcapFeed, MidnightFollowsAChannelFromDayToDay) {
  constexpr u32 kDay = 86'400;
  MadeCapture capture;
  for (const u32 day : {0U, 0U, 1U, 4U}) {
    capture.add(udp_frame(mold(0, {"a"})), 1'692'711'000 + day * kDay);
  }
  const Outcome outcome = run({capture});
  const Nanos first = eastern_midnight(*parse_date("2023-08-22"));
  const Nanos day{kDay * kNanosPerSecond};
  EXPECT_EQ(outcome.record.midnights,
            (std::vector<Nanos>{{0}, first, first + day, first + day + day + day + day}));
}

TEST(PcapFeed, AFixedMidnightIsKept) {
  MadeCapture capture;
  capture.add(udp_frame(mold(1, {"a"})));
  const Outcome outcome = run({capture}, Nanos{77});
  EXPECT_EQ(outcome.record.midnights, (std::vector<Nanos>{{77}}));
  EXPECT_FALSE(outcome.time_from_capture);
}

TEST(PcapFeed, ACaptureStampedWithZerosLeavesTimesAtMidnight) {
  MadeCapture capture;
  capture.add(udp_frame(mold(1, {"a"})), 0);
  const Outcome outcome = run({capture});
  EXPECT_EQ(outcome.record.midnights, (std::vector<Nanos>{{0}}));
  EXPECT_FALSE(outcome.time_from_capture);
}

TEST(PcapFeed, WithoutNumbersOnTheWireTheLastSequenceIsTheChannels) {
  MadeCapture capture;
  capture.add(udp_frame(mold(0, {"a", "b"}, "")));
  EXPECT_EQ(run({capture}).last_sequence, 2U);
}

TEST(PcapFeed, ALineOfNoFilesEndsAtOnce) {
  const Outcome outcome = run(Sources{});
  EXPECT_EQ(outcome.polls, 1U);
  EXPECT_FALSE(outcome.damage);
}

}  // namespace
}  // namespace tapedeck::feeds
