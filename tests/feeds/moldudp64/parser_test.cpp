#include "feeds/moldudp64/parser.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/feeds/moldudp64/parser_fixture.hpp"

namespace tapedeck::feeds {
namespace {

using moldudp64::kHeartbeat;

using MoldUdp64ParserTest = test::MoldUdp64ParserFixture;

TEST_F(MoldUdp64ParserTest, MessagesInOrderAreNumberedDenselyFromOne) {
  send(100, {"a", "b"});
  send(102, {"c"});
  end();
  expect_messages({"a", "b", "c"});
  EXPECT_EQ(record_.sequences, (std::vector<Sequence>{1, 2, 3}));
  EXPECT_EQ(counters().messages, 3U);
  EXPECT_EQ(parser_.last_sequence(), 102U);
  expect_losses({});
}

// Numbers begin at 1 (MoldUDP64 1.00), so that a later first number says how much is missing.
TEST_F(MoldUdp64ParserTest, ALateBeginningIsNoGapAndSaysWhereItIs) {
  send(1'000'000, {"a"});
  end();
  EXPECT_EQ(counters().gaps + counters().lost, 0U);
  expect_kinds({Kind::loss, Kind::notice});
  EXPECT_EQ(events_.at(0).flags, kCarryOn | kLastOfEvent | kJoined);
  EXPECT_EQ(events_.at(0).loss, (LossFields{1, 999'999}));
  ASSERT_EQ(parser_.warnings().size(), 1U);
  EXPECT_NE(parser_.warnings()[0].find("joined at message 1,000,000"), std::string::npos);
}

TEST_F(MoldUdp64ParserTest, ABeginningOutOfOrderIsNotLate) {
  send(2, {"b"});
  send(3, {"c"});
  expect_messages({});
  send(1, {"a"});
  expect_messages({"a", "b", "c"});
  end();
  expect_kinds({Kind::notice, Kind::notice, Kind::notice});
  EXPECT_TRUE(parser_.warnings().empty());
}

TEST_F(MoldUdp64ParserTest, AGapIsALossInTheWiresNumbersAheadOfWhatFollows) {
  send(1, {"a"});
  send(5, {"b"});
  expect_kinds({Kind::notice});
  end();
  expect_kinds({Kind::notice, Kind::loss, Kind::notice});
  expect_losses({{2, 4}});
  EXPECT_EQ(counters().gaps, 1U);
  EXPECT_EQ(counters().lost, 3U);
}

TEST_F(MoldUdp64ParserTest, ALossCarriesOnForEveryInstrumentAtTheNewestTime) {
  send(1, {"a"});
  send(5, {"b"});
  end();
  const Event& loss = events_.at(1);
  EXPECT_EQ(loss.instrument, kEveryInstrument);
  EXPECT_EQ(loss.flags, kCarryOn | kLastOfEvent);
  EXPECT_EQ(loss.exchange_time, test::RecordingDecoder::time_of(1));
  EXPECT_EQ(loss.due_time, kIngress);
  EXPECT_EQ(loss.sequence, 1U);
}

TEST_F(MoldUdp64ParserTest, AHeartbeatAheadOfTheExpectedNumberIsAGap) {
  send(1, {"a"});
  heartbeat(2);
  expect_losses({});
  heartbeat(4);
  expect_losses({});
  heartbeat(4);
  send(4, {"b"});
  end();
  expect_losses({{2, 3}});
  expect_messages({"a", "b"});
}

TEST_F(MoldUdp64ParserTest, AHeartbeatBehindTheExpectedNumberIsNothing) {
  send(1, {"a", "b"});
  heartbeat(1);
  EXPECT_EQ(counters().duplicates, 0U);
  expect_losses({});
}

TEST_F(MoldUdp64ParserTest, ADuplicatePacketIsDroppedAndItsMessagesCounted) {
  send(1, {"a", "b"});
  send(1, {"a", "b"});
  send(2, {"b"});
  send(3, {"c"});
  expect_messages({"a", "b", "c"});
  EXPECT_EQ(counters().duplicates, 3U);
  EXPECT_EQ(counters().gaps, 0U);
}

TEST_F(MoldUdp64ParserTest, OfAnOverlapOnlyTheNewMessagesAreUsed) {
  send(1, {"a", "b"});
  send(1, {"a", "b", "c", "d"});
  expect_messages({"a", "b", "c", "d"});
  EXPECT_EQ(counters().duplicates, 2U);
  EXPECT_EQ(parser_.last_sequence(), 4U);
}

TEST_F(MoldUdp64ParserTest, AGapWaitsForALateCopyWhichFillsIt) {
  send(1, {"a"});
  send(3, {"c"});
  send(2, {"b"});
  expect_messages({"a", "b", "c"});
  EXPECT_EQ(counters().lost + counters().gaps + counters().duplicates, 0U);
}

TEST_F(MoldUdp64ParserTest, ACopyThatComesAfterItsGapWasGivenUpIsLateAndNotUsed) {
  const Nanos start{0};
  const Nanos after = start + SequencerLimits{}.wait;
  send(1, {"a"});
  receive(packet(session_, 3, 1, {"c"}), start);
  receive(packet(session_, 4, 1, {"d"}), after);
  expect_losses({{2, 2}});
  send(2, {"b"});
  send(2, {"b"});
  expect_messages({"a", "c", "d"});
  EXPECT_EQ(counters().lost, 1U);
  EXPECT_EQ(counters().late, 1U);
  EXPECT_EQ(counters().duplicates, 1U);
}

TEST_F(MoldUdp64ParserTest, ACopyWithOtherBytesIsConflictingAndTold) {
  send(1, {"a", "b"});
  send(2, {"B"});
  expect_messages({"a", "b"});
  EXPECT_EQ(counters().duplicates, 1U);
  EXPECT_EQ(counters().conflicting, 1U);
  ASSERT_EQ(parser_.warnings().size(), 1U);
  EXPECT_NE(parser_.warnings()[0].find("other bytes"), std::string::npos);
}

TEST_F(MoldUdp64ParserTest, ANewSessionClearsEveryBookAndStartsAgainFromOne) {
  send(7, {"a"});
  change_session("SESSION002");
  send(1, {"b"});
  expect_kinds({Kind::loss, Kind::notice, Kind::clear, Kind::notice});
  EXPECT_EQ(events_.at(2).instrument, kEveryInstrument);
  EXPECT_EQ(events_.at(2).flags, kLastOfEvent);
  EXPECT_EQ(counters().gaps, 0U);
  EXPECT_EQ(counters().duplicates, 0U);
  EXPECT_EQ(parser_.last_sequence(), 1U);
}

TEST_F(MoldUdp64ParserTest, TheBeginningOfANewSessionCanBeLostToo) {
  send(7, {"a"});
  change_session("SESSION002");
  send(4, {"b"});
  end();
  expect_kinds({Kind::loss, Kind::notice, Kind::clear, Kind::loss, Kind::notice});
  expect_losses({{1, 3}});
}

TEST_F(MoldUdp64ParserTest, PacketsOfAReplacedSessionAreNotUsed) {
  send(1, {"a"});
  change_session("SESSION002");
  send(1, {"b"});
  ASSERT_EQ(parser_.warnings().size(), 1U);
  EXPECT_NE(parser_.warnings()[0].find("\"SESSION001\" was replaced by \"SESSION002\""),
            std::string::npos);
  change_session("SESSION001");
  send(1, {"a", "c"});
  expect_messages({"a", "b"});
  EXPECT_EQ(counters().duplicates, 1U);
  EXPECT_EQ(counters().late, 1U);
  ASSERT_EQ(parser_.warnings().size(), 3U);
  EXPECT_NE(parser_.warnings()[1].find("1 packet is of a session that had been replaced"),
            std::string::npos);
  change_session("SESSION002");
  send(2, {"d"});
  expect_messages({"a", "b", "d"});
}

TEST_F(MoldUdp64ParserTest, OfAReplacedSessionWhatCameForTheFirstTimeIsLate) {
  send(1, {"a"});
  send(3, {"c"});
  change_session("SESSION002");
  send(1, {"b"});
  EXPECT_EQ(counters().lost, 1U);
  change_session("SESSION001");
  send(1, {"a", "B", "c"});
  EXPECT_EQ(counters().duplicates, 2U);
  EXPECT_EQ(counters().late, 1U);
}

TEST_F(MoldUdp64ParserTest, OnlyMessagesBeginASession) {
  send(1, {"a"});
  change_session("SESSION002");
  heartbeat(1);
  change_session("SESSION001");
  send(2, {"b"});
  change_session("SESSION002");
  send(1, {"c"});
  expect_messages({"a", "b", "c"});
  EXPECT_EQ(counters().late + counters().lost, 0U);
}

// MoldUDP64 1.00: the end of a session has the next number; a request for 65,535 messages, which
// looks the same, has an earlier one.
TEST_F(MoldUdp64ParserTest, AnEndBeforeWhatIsKnownIsNone) {
  send(1, {"a", "b", "c"});
  end_session(2);
  EXPECT_FALSE(parser_.complete());
  end_session(4);
  EXPECT_TRUE(parser_.complete());
}

TEST_F(MoldUdp64ParserTest, ANumberThatCannotBeIsCountedAndChangesNothing) {
  send(1, {"a"});
  for (const u64 number : {u64{1} << 63, PacketSequencer::kMostAhead + 3}) {
    send(number, {"x"});
    heartbeat(number);
  }
  receive(packet(session_, 2, 1, {"b"}), Nanos{i64{10} * kNanosPerSecond});
  end();
  expect_messages({"a", "b"});
  EXPECT_EQ(counters().malformed, 4U);
  EXPECT_EQ(counters().lost, 0U);
}

TEST_F(MoldUdp64ParserTest, WhatWaitsInASessionIsDeliveredBeforeTheNextOne) {
  send(1, {"a"});
  send(3, {"c"});
  change_session("SESSION002");
  send(1, {"e"});
  expect_messages({"a", "c", "e"});
  expect_kinds({Kind::notice, Kind::loss, Kind::notice, Kind::clear, Kind::notice});
}

TEST_F(MoldUdp64ParserTest, TheEndOfTheSessionCompletesTheChannel) {
  send(1, {"a"});
  EXPECT_FALSE(parser_.complete());
  end_session(2);
  EXPECT_TRUE(parser_.complete());
  EXPECT_EQ(counters().gaps, 0U);
  expect_messages({"a"});
}

TEST_F(MoldUdp64ParserTest, TheEndOfTheSessionShowsWhatWasLostBeforeIt) {
  send(1, {"a"});
  end_session(3);
  end();
  expect_losses({{2, 2}});
}

TEST_F(MoldUdp64ParserTest, ANewSessionIsNotCompleteBecauseTheOldOneWas) {
  send(1, {"a"});
  end_session(2);
  change_session("SESSION002");
  send(1, {"b"});
  EXPECT_FALSE(parser_.complete());
}

TEST_F(MoldUdp64ParserTest, TheDecodersLastMessageCompletesTheChannelToo) {
  send(1, {"Z"});
  EXPECT_TRUE(parser_.complete());
}

TEST_F(MoldUdp64ParserTest, PacketsWithoutNumbersAreNeitherGapsNorDuplicates) {
  change_session("");
  send(0, {"a"});
  send(0, {"a"});
  send(9, {"b"});
  change_session("SESSION001");
  send(0, {"c"});
  expect_messages({"a", "a", "b", "c"});
  EXPECT_EQ(counters().gaps + counters().duplicates, 0U);
  EXPECT_EQ(parser_.last_sequence(), 0U);
  EXPECT_EQ(parser_.warnings().size(), 1U);
}

TEST_F(MoldUdp64ParserTest, PacketsWithoutNumbersLoseInTheChannelsNumbers) {
  change_session("");
  send(0, {"a", "!"});
  receive(packet("", 0, 3, {"b"}));
  expect_losses({{2, 2}, {4, 5}});
  EXPECT_EQ(counters().gaps, 0U);
}

TEST_F(MoldUdp64ParserTest, OnlyPayloadsWithAHeadersShapeAreRecognised) {
  const auto good = packet(session_, 1, 1, {"a"});
  EXPECT_TRUE(parser_.recognises({good}));
  EXPECT_FALSE(parser_.recognises({Bytes{good}.first(19)}));
  const auto unsequenced = packet("", 0, 1, {"a"});
  EXPECT_TRUE(parser_.recognises({unsequenced}));
  const auto binary = packet("\x01\x02", 1, 1, {"a"});
  EXPECT_FALSE(parser_.recognises({binary}));
}

// The steps that a packet is taken in, and the room there is for them, change nothing.
TEST_F(MoldUdp64ParserTest, APacketTakenInSmallStepsGivesTheSameEvents) {
  const Texts messages{"d1", "a", "!", "", "d2", "?", "b", "d3"};
  std::vector<std::vector<std::byte>> packets;
  packets.push_back(packet("A", 1, 8, messages));
  packets.push_back(packet("A", 20, 8, messages));
  packets.push_back(packet("A", 24, 9, messages));
  packets.push_back(packet("B", 4, 8, messages));
  for (const auto& bytes : packets) receive(bytes);
  end();

  test::RecordingDecoder::Record record;
  MoldUdp64Parser stepped{std::make_unique<test::RecordingDecoder>(record)};
  std::vector<Event> events;
  Random random{11};
  for (std::size_t i = 0; i <= packets.size(); ++i) {
    if (i < packets.size()) {
      stepped.begin({packets[i]});
    } else {
      stepped.begin_end();
    }
    while (!stepped.finished()) {
      std::array<Event, 5> room;
      EventBuffer out{room.data(), static_cast<u32>(2 + random.below(4))};
      const auto most = static_cast<u32>(1 + random.below(3));
      EXPECT_LE(stepped.step(most, kIngress, out), most);
      events.insert(events.end(), out.begin(), out.end());
    }
  }
  EXPECT_EQ(record.messages, record_.messages);
  ASSERT_EQ(events.size(), events_.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].kind, events_[i].kind);
    EXPECT_EQ(events[i].sequence, events_[i].sequence);
    EXPECT_EQ(events[i].exchange_time, events_[i].exchange_time);
  }
}

TEST_F(MoldUdp64ParserTest, WithoutRoomNothingIsTaken) {
  const auto bytes = packet(session_, 1, 1, {"a"});
  parser_.begin({bytes});
  std::array<Event, 1> room;
  EventBuffer out{room.data(), 1};
  EXPECT_EQ(parser_.step(10, kIngress, out), 0U);
  EXPECT_FALSE(parser_.finished());
  finish();
  expect_messages({"a"});
}

// Whatever arrives: the numbers given out are dense, and every number of the wire from the first to
// the last is either a message, a lost one, or an empty block.
TEST_F(MoldUdp64ParserTest, RandomTrafficBalances) {
  constexpr u64 kSeed = 20230822;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random{kSeed};
  heartbeat(1);
  u64 next = 1;
  for (int i = 0; i < 20'000; ++i) {
    const u64 back = random.below(6);
    const u64 from = random.chance(0.2) ? next + random.below(4) : next > back ? next - back : 1;
    Texts messages(random.below(5), "m");
    auto bytes = packet(session_, from, static_cast<u16>(messages.size()), messages);
    if (random.chance(0.05)) bytes.resize(bytes.size() - random.below(bytes.size() - 19));
    receive(bytes);
    next = std::max(next, from + messages.size());
  }
  end();
  EXPECT_EQ(parser_.last_sequence(), next - 1);
  EXPECT_EQ(counters().messages + counters().lost, next - 1);
  for (std::size_t i = 0; i < record_.sequences.size(); ++i) {
    ASSERT_EQ(record_.sequences[i], i + 1);
  }
  u64 lost = 0;
  for (const auto& [first, last] : losses()) lost += last - first + 1;
  EXPECT_EQ(lost, counters().lost);
}

}  // namespace
}  // namespace tapedeck::feeds
