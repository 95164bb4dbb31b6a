#include "feeds/moldudp64/packet.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tapedeck::feeds::moldudp64 {
namespace {

Header header_of(u64 sequence, u16 count) {
  return {{'S', 'E', 'S', 'S', 'I', 'O', 'N', '0', '0', '1'}, sequence, count};
}

std::vector<std::byte> packet_of(const Header& header, const std::vector<std::string>& messages) {
  std::vector<Bytes> parts;
  for (const auto& message : messages) parts.push_back(as_bytes_of(message));
  std::vector<std::byte> packet;
  append_packet(header, parts, packet);
  return packet;
}

TEST(MoldUdp64Packet, WhatIsEncodedIsParsedBack) {
  const auto packet = packet_of(header_of(0x0102030405060708, 3), {"one", "", "three"});
  const auto header = parse_header(packet);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->session, header_of(0, 0).session);
  EXPECT_EQ(header->sequence, 0x0102030405060708U);
  EXPECT_EQ(header->count, 3);
  Bytes rest = Bytes{packet}.subspan(kHeaderBytes);
  for (const std::string expected : {"one", "", "three"}) {
    const Block block = take_block(rest);
    ASSERT_TRUE(block.whole);
    EXPECT_EQ(
        std::string(reinterpret_cast<const char*>(block.message.data()), block.message.size()),
        expected);
  }
  EXPECT_TRUE(rest.empty());
  EXPECT_FALSE(take_block(rest).whole);
}

TEST(MoldUdp64Packet, TheHeaderIsLaidOutAsTheSpecificationSays) {
  const auto packet = packet_of(header_of(0x1122334455667788, 0xABCD), {"x"});
  const std::string text(reinterpret_cast<const char*>(packet.data()), packet.size());
  EXPECT_EQ(text, std::string("SESSION001\x11\x22\x33\x44\x55\x66\x77\x88\xAB\xCD\x00\x01x", 23));
}

TEST(MoldUdp64Packet, NineteenBytesAreNoHeader) {
  const auto packet = packet_of(header_of(1, 0), {});
  ASSERT_EQ(packet.size(), kHeaderBytes);
  for (std::size_t size = 0; size < kHeaderBytes; ++size) {
    EXPECT_FALSE(parse_header(Bytes{packet}.first(size)));
  }
  EXPECT_TRUE(parse_header(packet));
}

TEST(MoldUdp64Packet, ABlockIsWholeOnlyIfItEndsInsideThePacket) {
  const std::string body(300, 'x');
  const std::size_t n = body.size();
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, n - 1, n, n + 1,
                                   std::size_t{0x7FFF}, std::size_t{0xFFFF}}) {
    std::string block = "..";
    store_be(reinterpret_cast<std::byte*>(block.data()), static_cast<u16>(length));
    block += body;
    Bytes rest = as_bytes_of(block);
    const Block taken = take_block(rest);
    EXPECT_EQ(taken.whole, length <= n) << length;
    EXPECT_EQ(taken.message.size(), length <= n ? length : 0) << length;
    EXPECT_EQ(rest.size(), length <= n ? n - length : block.size()) << length;
  }
}

TEST(MoldUdp64Packet, HalfALengthIsNoBlock) {
  const std::string half(1, '\0');
  Bytes rest = as_bytes_of(half);
  EXPECT_FALSE(take_block(rest).whole);
  EXPECT_EQ(rest.size(), 1U);
}

TEST(MoldUdp64Packet, EndOfSessionIsNotSixtyFiveThousandMessages) {
  EXPECT_EQ(header_of(1, kEndOfSession).messages(), 0);
  EXPECT_EQ(header_of(1, kHeartbeat).messages(), 0);
  EXPECT_EQ(header_of(1, 0xFFFE).messages(), 0xFFFE);
}

TEST(MoldUdp64Packet, ASessionOfNulsOrANumberOfZeroIsNoSequencing) {
  EXPECT_TRUE(header_of(1, 1).sequenced());
  EXPECT_FALSE(header_of(0, 1).sequenced());
  EXPECT_FALSE((Header{SessionName{}, 7, 1}.sequenced()));
}

TEST(MoldUdp64Packet, ASessionIsPrintableOrAllNul) {
  EXPECT_TRUE(is_plausible(header_of(0, 0).session));
  EXPECT_TRUE(is_plausible(SessionName{}));
  SessionName session = header_of(0, 0).session;
  session[9] = '\x80';
  EXPECT_FALSE(is_plausible(session));
  session[9] = ' ';
  session[3] = '\0';
  EXPECT_FALSE(is_plausible(session)) << "text behind a NUL";
}

// The specification pads names with spaces; some senders pad with NUL.
TEST(MoldUdp64Packet, ANamePaddedWithNulIsTheNamePaddedWithSpaces) {
  SessionName session{'A', 'B'};
  EXPECT_TRUE(is_plausible(session));
  EXPECT_TRUE(pad_with_blanks(session));
  EXPECT_EQ(session, (SessionName{'A', 'B', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '}));
  EXPECT_FALSE(pad_with_blanks(session));
  EXPECT_EQ(text_of(session), "\"AB\"");
  SessionName none{};
  EXPECT_FALSE(pad_with_blanks(none));
  EXPECT_EQ(none, SessionName{});
}

bool is_whole_packet(Bytes payload) {
  BlockEnds ends;
  return is_packet(payload, payload.size(), ends);
}

TEST(MoldUdp64Packet, OfACutPayloadThePartThatIsThereMustBegin) {
  BlockEnds ends;
  const auto data = packet_of(header_of(7, 3), {"one", "two", "three"});
  for (std::size_t there = kHeaderBytes; there < data.size(); ++there) {
    EXPECT_TRUE(is_packet(Bytes{data}.first(there), data.size(), ends)) << there;
  }
  EXPECT_TRUE(std::ranges::equal(ends.all(), std::vector<u32>{5, 10}));
  const std::string text =
      "<134>1 2019-12-30T09:30:00Z host app - - - a message that the capture cut to its beginning";
  for (std::size_t there = kHeaderBytes; there <= 60; ++there) {
    EXPECT_FALSE(is_packet(as_bytes_of(text).first(there), text.size(), ends)) << there;
  }
  EXPECT_FALSE(is_packet(as_bytes_of(std::string(60, '\0')), 400, ends));
}

// MoldUDP64 1.00: a downstream packet is a header and its blocks; a request packet is a header with
// the number of messages that are asked for.
TEST(MoldUdp64Packet, APacketsBlocksEndWithItsPayload) {
  const auto data = packet_of(header_of(7, 2), {"one", "two"});
  EXPECT_TRUE(is_whole_packet(data));
  auto longer = data;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(is_whole_packet(longer));
  EXPECT_FALSE(is_whole_packet(Bytes{data}.first(data.size() - 1)));
  EXPECT_TRUE(is_whole_packet(packet_of(header_of(7, 5), {"one", "two"}))) << "a count too large";
}

TEST(MoldUdp64Packet, AHeaderAloneIsAHeartbeatOrAnEndAndWithACountARequest) {
  EXPECT_TRUE(is_whole_packet(packet_of(header_of(7, kHeartbeat), {})));
  EXPECT_TRUE(is_whole_packet(packet_of(header_of(7, kEndOfSession), {})));
  for (const u16 count : {u16{1}, u16{1'000}, u16{0xFFFE}}) {
    EXPECT_FALSE(is_whole_packet(packet_of(header_of(7, count), {})));
  }
}

TEST(MoldUdp64Packet, TextAndZerosAreNoPackets) {
  const auto is = [](const std::string& text) { return is_whole_packet(as_bytes_of(text)); };
  EXPECT_FALSE(
      is("NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\n\r\n"));
  EXPECT_FALSE(is("<134>1 2019-12-30T09:30:00Z host app - - - a message of some length"));
  EXPECT_FALSE(is(std::string(100, '\0')));
  EXPECT_FALSE(is(std::string(kHeaderBytes, '\0')));
  EXPECT_FALSE(is(""));
}

}  // namespace
}  // namespace tapedeck::feeds::moldudp64
