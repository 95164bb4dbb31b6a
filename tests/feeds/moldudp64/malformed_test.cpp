// What MoldUdp64Parser makes of packets whose numbers and lengths cannot be.
#include <string>

#include <gtest/gtest.h>

#include "feeds/moldudp64/parser.hpp"
#include "tests/feeds/moldudp64/parser_fixture.hpp"

namespace tapedeck::feeds {
namespace {

using moldudp64::kHeartbeat;

using MoldUdp64MalformedTest = test::MoldUdp64ParserFixture;

TEST_F(MoldUdp64MalformedTest, NumbersNearTheEndOfTheirRangeAreRejected) {
  send(1, {"a"});
  for (const u64 sequence : {moldudp64::kMaxSequence + 1, ~u64{0} - 1, ~u64{0}}) {
    send(sequence, {"b"});
  }
  expect_messages({"a"});
  EXPECT_EQ(counters().malformed, 3U);
  EXPECT_EQ(counters().gaps, 0U);
  send(2, {"c"});
  expect_messages({"a", "c"});
  end();
  expect_losses({});  // the numbers show that nothing is missing
}

TEST_F(MoldUdp64MalformedTest, TheLargestNumberIsUsedWithoutWrapping) {
  send(moldudp64::kMaxSequence, {"a", "b"});
  send(moldudp64::kMaxSequence, {"a", "b"});
  end();
  expect_messages({"a", "b"});
  EXPECT_EQ(parser_.last_sequence(), moldudp64::kMaxSequence + 1);
  EXPECT_EQ(counters().duplicates, 2U);
}

TEST_F(MoldUdp64MalformedTest, WhatIsLostIsSummedOverSessions) {
  for (const auto* const session : {"A", "B", "C"}) {
    change_session(session);
    send(1, {"a"});
    heartbeat(PacketSequencer::kMostAhead);
  }
  end();
  EXPECT_EQ(counters().lost, 3 * (PacketSequencer::kMostAhead - 2));
}

TEST_F(MoldUdp64MalformedTest, ACountLargerThanThePacketLosesWhatIsNotThere) {
  send(1, Texts(9, "m"));
  record_.messages.clear();
  receive(packet(session_, 10, 5, {"a", "b"}));
  expect_messages({"a", "b"});
  send(15, {"c"});
  end();
  expect_messages({"a", "b", "c"});
  expect_losses({{12, 14}});
  EXPECT_EQ(counters().malformed, 1U);
  EXPECT_EQ(counters().gaps, 1U);
  EXPECT_EQ(counters().lost, 3U);
  ASSERT_EQ(parser_.warnings().size(), 1U);
  EXPECT_NE(parser_.warnings()[0].find("1 MoldUDP64 packet states more messages than it holds"),
            std::string::npos);
}

TEST_F(MoldUdp64MalformedTest, WhatAPacketLacksAnotherCopyBrings) {
  receive(packet(session_, 1, 4, {"a", "b"}));
  send(5, {"e"});
  send(1, {"a", "b", "c", "d"});
  expect_messages({"a", "b", "c", "d", "e"});
  end();
  expect_losses({});
  EXPECT_EQ(counters().duplicates, 2U);
}

TEST_F(MoldUdp64MalformedTest, ABlockBeyondThePacketDropsTheRestOfIt) {
  for (const u16 length : {u16{6}, u16{0x7FFF}, u16{0xFFFF}}) {
    change_session("S" + std::to_string(length));
    auto bytes = packet(session_, 1, 3, {"a", "b", "c"});
    store_be(bytes.data() + moldudp64::kHeaderBytes + 3, length);
    receive(bytes);
  }
  end();
  expect_messages({"a", "a", "a"});
  expect_losses({{2, 3}, {2, 3}, {2, 3}});
  EXPECT_EQ(counters().malformed, 3U);
}

TEST_F(MoldUdp64MalformedTest, AnOverlapCutShortLosesOnlyWhatIsNew) {
  send(1, {"a", "b"});
  receive(packet(session_, 1, 4, {"a"}));
  end();
  expect_messages({"a", "b"});
  expect_losses({{3, 4}});
  EXPECT_EQ(parser_.last_sequence(), 4U);
}

TEST_F(MoldUdp64MalformedTest, AnEmptyBlockIsCountedAndSkipped) {
  send(1, {"a", "", "b"});
  expect_messages({"a", "b"});
  EXPECT_EQ(counters().malformed, 1U);
  EXPECT_EQ(parser_.last_sequence(), 3U);
  expect_losses({});
}

TEST_F(MoldUdp64MalformedTest, BytesBehindTheLastBlockAreCountedOnceAPacket) {
  auto bytes = packet(session_, 1, 1, {"a", "b", "c"});
  receive(bytes);
  expect_messages({"a"});
  EXPECT_EQ(counters().oversized, 1U);
  bytes = packet(session_, 2, kHeartbeat, {"b"});
  receive(bytes);
  EXPECT_EQ(counters().oversized, 2U);
}

TEST_F(MoldUdp64MalformedTest, AMessageTooShortForItsTypeIsALossOfThatNumber) {
  send(1, {"a", "!", "b"});
  expect_messages({"a", "!", "b"});
  expect_kinds({Kind::notice, Kind::loss, Kind::notice});
  expect_losses({{2, 2}});
  EXPECT_EQ(counters().malformed, 1U);
  EXPECT_EQ(counters().gaps, 0U);
}

TEST_F(MoldUdp64MalformedTest, AnUnknownTypeIsNoLoss) {
  send(1, {"?", "a"});
  EXPECT_EQ(counters().messages, 2U);
  EXPECT_EQ(counters().unknown_type, 1U);
  expect_losses({});
}

TEST_F(MoldUdp64MalformedTest, AnUnreadableDatagramIsALossUnlessNumbersShowThatNothingIsMissing) {
  send(1, {"a"});
  parser_.begin_unreadable(Nanos{0});
  finish();
  send(2, {"b"});
  expect_losses({});
  parser_.begin_unreadable(Nanos{0});
  finish();
  end();
  expect_messages({"a", "b"});
  expect_losses({{3, 3}});
  EXPECT_EQ(counters().malformed, 2U);
}

TEST_F(MoldUdp64MalformedTest, AnUnreadableDatagramAmongPacketsWithoutNumbersIsALoss) {
  change_session("");
  send(0, {"a"});
  parser_.begin_unreadable(Nanos{0});
  finish();
  expect_losses({{2, 2}});
}

}  // namespace
}  // namespace tapedeck::feeds
