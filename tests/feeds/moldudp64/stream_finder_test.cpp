#include "feeds/moldudp64/stream_finder.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tapedeck::feeds::moldudp64 {
namespace {

using Texts = std::vector<std::string>;

const Destination kA = *parse_destination("233.54.12.111:26477");
const Destination kB = *parse_destination("233.49.196.111:26477");
const Destination kC = *parse_destination("233.54.12.40:26401");

class StreamFinderTest : public ::testing::Test {
 protected:
  void send(const Destination& to, u64 sequence, const Texts& messages,
            const std::string& session = "SESSION001") {
    Header header{{}, sequence, static_cast<u16>(messages.size())};
    session.copy(header.session.data(), header.session.size());
    std::vector<Bytes> parts;
    for (const auto& message : messages) parts.push_back(as_bytes_of(message));
    std::vector<std::byte> packet;
    append_packet(header, parts, packet);
    BlockEnds ends;
    ASSERT_TRUE(is_packet(packet, packet.size(), ends));
    finder_.note(to, packet, ends.all());
  }
  // Each stream's destinations, as texts.
  std::vector<Texts> streams() const {
    std::vector<Texts> all;
    for (const FoundStream& stream : finder_.streams()) {
      Texts& texts = all.emplace_back();
      for (const Destination& one : stream.destinations()) texts.push_back(feeds::text_of(one));
    }
    return all;
  }

  StreamFinder finder_;
};

const std::string kTextA = "233.54.12.111:26477";
const std::string kTextB = "233.49.196.111:26477";
const std::string kTextC = "233.54.12.40:26401";

TEST_F(StreamFinderTest, EqualMessagesUnderTheSameNumbersAreLinesOfOneStream) {
  for (u64 i = 1; i <= 5; ++i) {
    send(kA, i, {"m" + std::to_string(i)});
    send(kB, i, {"m" + std::to_string(i)});
  }
  EXPECT_EQ(streams(), (std::vector<Texts>{{kTextA, kTextB}}));
  const FoundStream stream = finder_.streams()[0];
  EXPECT_EQ(stream.packets, 10U);
  EXPECT_EQ(stream.first, 1U);
  EXPECT_EQ(stream.last, 5U);
  EXPECT_EQ(stream.gaps, 0U);
}

TEST_F(StreamFinderTest, DifferentMessagesUnderTheSameNumbersAreTwoStreams) {
  for (u64 i = 1; i <= 5; ++i) {
    send(kA, i, {"a" + std::to_string(i)});
    send(kC, i, {"c" + std::to_string(i)});
  }
  EXPECT_EQ(streams(), (std::vector<Texts>{{kTextA}, {kTextC}}));
}

TEST_F(StreamFinderTest, SomeDifferencesAreLinesAndAreCounted) {
  for (u64 i = 1; i <= 8; ++i) {
    send(kA, i, {"m" + std::to_string(i)});
    send(kB, i, {i == 3 ? "other" : "m" + std::to_string(i)});
  }
  ASSERT_EQ(streams(), (std::vector<Texts>{{kTextA, kTextB}}));
  EXPECT_EQ(finder_.streams()[0].compared, 8U);
  EXPECT_EQ(finder_.streams()[0].different, 1U);
}

TEST_F(StreamFinderTest, TheFirstEightNumbersThatCameOnBothDecide) {
  for (u64 i = 1; i <= 100; ++i) {
    send(kA, i, {"m" + std::to_string(i)});
    send(kC, i, {i > kMostCompared ? "m" + std::to_string(i) : "x"});
  }
  EXPECT_EQ(streams().size(), 2U);
}

// A retransmission goes to the address of who asked for it, and fills a gap.
TEST_F(StreamFinderTest, DestinationsThatComplementEachOtherAreLines) {
  send(kA, 1, {"a", "b"});
  send(kC, 3, {"c"});
  send(kA, 4, {"d"});
  EXPECT_EQ(streams(), (std::vector<Texts>{{kTextA, kTextC}}));
}

TEST_F(StreamFinderTest, RangesFarFromEachOtherAreTwoStreams) {
  send(kA, 1, {"a"});
  send(kC, 1'000'000, {"c"});
  EXPECT_EQ(streams().size(), 2U);
}

TEST_F(StreamFinderTest, NumbersTooOldToCompareAreNotTakenForTheSame) {
  for (u64 i = 1; i <= 300'000; ++i) send(kA, i, {"m"});
  send(kC, 5, {"m"});
  EXPECT_EQ(streams().size(), 2U);
}

TEST_F(StreamFinderTest, OtherSessionsAtOtherDestinationsAreTwoStreams) {
  send(kA, 1, {"a"}, "SESSION001");
  send(kC, 1, {"a"}, "SESSION002");
  EXPECT_EQ(streams().size(), 2U);
}

TEST_F(StreamFinderTest, ASessionThatReplacesAnotherGoesOnInItsStream) {
  send(kA, 1, {"a"}, "SESSION001");
  send(kA, 1, {"a"}, "SESSION002");
  send(kB, 1, {"a"}, "SESSION002");
  EXPECT_EQ(streams(), (std::vector<Texts>{{kTextA, kTextB}}));
}

TEST_F(StreamFinderTest, SessionsThatAlternateAreTwoStreams) {
  send(kA, 1, {"a"}, "SESSION001");
  send(kA, 1, {"b"}, "SESSION002");
  send(kA, 2, {"c"}, "SESSION001");
  ASSERT_EQ(finder_.streams().size(), 2U);
  EXPECT_EQ(finder_.streams()[0].members[0].session[9], '1');
  EXPECT_EQ(finder_.streams()[1].members[0].session[9], '2');
}

TEST_F(StreamFinderTest, HeartbeatsOfAReplacedSessionDoNotMakeItAlternate) {
  send(kA, 1, {"a"}, "SESSION001");
  send(kA, 1, {"b"}, "SESSION002");
  send(kA, 2, {}, "SESSION001");
  EXPECT_EQ(finder_.streams().size(), 1U);
}

TEST_F(StreamFinderTest, HeartbeatsAreNoStreamBesideStreams) {
  send(kC, 1, {}, "SESSION009");
  send(kA, 1, {"a"}, "SESSION001");
  send(kB, 2, {}, "SESSION001");
  EXPECT_EQ(streams(), (std::vector<Texts>{{kTextA, kTextB}})) << "a line with heartbeats only";
}

TEST_F(StreamFinderTest, HeartbeatsAloneAreAStream) {
  send(kC, 1, {});
  send(kC, 1, {});
  EXPECT_EQ(streams(), (std::vector<Texts>{{kTextC}}));
}

TEST_F(StreamFinderTest, ALineFarBehindIsComparedWithWhatCameBefore) {
  for (u64 i = 1; i <= 100'000; ++i) send(kA, i, {std::to_string(i)});
  for (u64 i = 1; i <= 10; ++i) send(kB, i, {std::to_string(i)});
  EXPECT_EQ(streams(), (std::vector<Texts>{{kTextA, kTextB}}));
}

TEST_F(StreamFinderTest, ANumberIsComparedOnce) {
  for (int i = 0; i < 8; ++i) {
    send(kA, 1, {"a"});
    send(kB, 1, {"b"});
  }
  send(kA, 2, {"m"});
  send(kB, 2, {"m"});
  EXPECT_EQ(streams(), (std::vector<Texts>{{kTextA, kTextB}}));
  EXPECT_EQ(finder_.streams()[0].compared, 2U);
}

TEST_F(StreamFinderTest, AHeartbeatShowsWhatIsMissingAtTheEnd) {
  send(kA, 1, {"a"});
  send(kA, 4, {});
  EXPECT_EQ(finder_.streams()[0].gaps, 1U);
  EXPECT_EQ(finder_.streams()[0].missing, 2U);
}

TEST_F(StreamFinderTest, PacketsWithoutNumbersAreAStreamOfTheirDestination) {
  send(kA, 0, {"a"}, "");
  send(kC, 0, {"a"}, "");
  send(kA, 0, {"a"}, "");
  EXPECT_EQ(streams(), (std::vector<Texts>{{kTextA}, {kTextC}}));
}

TEST_F(StreamFinderTest, GroupsDecideWithoutComparing) {
  finder_ = StreamFinder{{{kA, kC}}};
  for (u64 i = 1; i <= 3; ++i) {
    send(kA, i, {"a"});
    send(kB, i, {"a"});
    send(kC, i, {"c"});
  }
  EXPECT_EQ(streams(), (std::vector<Texts>{{kTextA, kTextC}}));
}

TEST_F(StreamFinderTest, GapsOfTheLinesTogetherAreCounted) {
  send(kA, 1, {"a"});
  send(kB, 2, {"b"});
  send(kB, 5, {"e", "f"});
  const FoundStream stream = finder_.streams()[0];
  EXPECT_EQ(stream.gaps, 1U);
  EXPECT_EQ(stream.missing, 2U);
  EXPECT_EQ(text_of(stream),
            kTextA + " and " + kTextB +
                ", session \"SESSION001\", 3 packets, numbers 1 to 6, 1 gap of 2 messages");
}

TEST_F(StreamFinderTest, CopiesAreKnownBeforehand) {
  send(kA, 1, {"a", "b"}, "SESSION001");
  send(kA, 3, {"c"}, "SESSION001");
  send(kA, 1, {"a"}, "SESSION002");
  EXPECT_FALSE(finder_.streams()[0].has_copies) << "sessions that follow each other";
  send(kB, 9, {"i"}, "SESSION002");
  send(kB, 2, {"b"}, "SESSION002");
  send(kA, 2, {"b"}, "SESSION002");
  EXPECT_TRUE(finder_.streams()[0].has_copies) << "lines";
}

TEST_F(StreamFinderTest, ANumberThatComesTwiceIsACopy) {
  send(kA, 1, {"a", "b"});
  send(kA, 2, {"b", "c"});
  EXPECT_TRUE(finder_.streams()[0].has_copies);
}

TEST_F(StreamFinderTest, AllPacketsAreOfAStreamUnlessOneIsPassedOver) {
  send(kA, 1, {"a"});
  EXPECT_TRUE(finder_.all_are_of(finder_.streams()[0]));
  send(kC, 1, {}, "SESSION009");
  EXPECT_FALSE(finder_.all_are_of(finder_.streams()[0]));
}

TEST_F(StreamFinderTest, MembersAreBounded) {
  Destination to = kA;
  for (u16 port = 0; port < 2 * kMostMembers; ++port) {
    to.port = port;
    send(to, 1, {std::to_string(port)});
  }
  EXPECT_EQ(finder_.streams().size(), kMostMembers);
}

TEST(Destination, TextsAreParsedBack) {
  for (const std::string text : {"233.54.12.111:26477", "[ff0e::1]:1", "0.0.0.0:0"}) {
    const auto parsed = parse_destination(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(feeds::text_of(*parsed), text);
  }
  for (const std::string text :
       {"", ":", "1.2.3.4", "1.2.3.4:", "1.2.3:5", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4:+1",
        "ff0e::1:5", "[ff0e::1]", "[1.2.3.4]:5", "a:b"}) {
    EXPECT_FALSE(parse_destination(text)) << text;
  }
}

}  // namespace
}  // namespace tapedeck::feeds::moldudp64
