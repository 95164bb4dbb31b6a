// ITCH in SoupBinTCP 3.00 packets. The rules are those of Nasdaq's SoupBinTCP specification: a
// length that counts type and payload, one message in each packet of sequenced data, no length 0.
#include "feeds/itch50/soup_packets.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/soup_stream.hpp"

namespace tapedeck::itch50 {
namespace {

using test::ItchDay;
using test::small_day;
using test::SoupStream;

bool same(const std::vector<Event>& a, const std::vector<Event>& b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](const Event& x, const Event& y) {
           return std::memcmp(&x, &y, sizeof(Event)) == 0;
         });
}

TEST(SoupPackets, GiveTheEventsOfTheirMessagesForAnyWindow) {
  const ItchDay day = small_day(true);
  const auto expected = test::drain(*test::feed_over(day.bytes()));
  SoupStream stream;
  stream.packet('+', "debug text").login().messages(day.bytes()).packet('Z');
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, SIZE_MAX}) {
    const auto feed = test::feed_over(stream.bytes(), Framing::soup, step);
    EXPECT_TRUE(same(test::drain(*feed), expected)) << step;
    EXPECT_TRUE(feed->complete());
    EXPECT_EQ(feed->counters().messages, 9U);
    EXPECT_EQ(feed->counters().bytes, stream.bytes().size());
    EXPECT_EQ(feed->counters().unknown_type, 0U);
  }
}

TEST(SoupPackets, TheEndOfTheSessionSaysThatTheFileIsComplete) {
  const ItchDay open = small_day(false);
  const auto completes = [](SoupStream stream) {
    const auto feed = test::feed_over(stream.bytes(), Framing::soup);
    test::drain(*feed);
    EXPECT_FALSE(feed->damage());
    return feed->complete();
  };
  EXPECT_TRUE(completes(SoupStream{}.login().messages(open.bytes()).packet('Z')));
  EXPECT_TRUE(completes(SoupStream{}.login().messages(open.bytes()).packet('Z').packet('H')));
  EXPECT_TRUE(completes(SoupStream{}.messages(small_day(true).bytes())));
  EXPECT_FALSE(completes(SoupStream{}.login().messages(open.bytes())));
  EXPECT_FALSE(completes(SoupStream{}.messages(open.bytes()).packet('Z').login()));
}

TEST(SoupPackets, OfUnknownTypesAreSkippedByTheirLengthAndCounted) {
  const ItchDay day = small_day(true);
  SoupStream stream;
  stream.login().packet('?', "of a later version").packet('U', "unsequenced");
  stream.packet('J', "A").packet('R').packet('L', std::string(46, ' ')).packet('O');
  stream.messages(day.bytes());
  const auto feed = test::feed_over(stream.bytes(), Framing::soup);
  EXPECT_TRUE(same(test::drain(*feed), test::drain(*test::feed_over(day.bytes()))));
  EXPECT_EQ(feed->counters().unknown_type, 2U);
  EXPECT_TRUE(feed->complete());
}

TEST(SoupPackets, ALengthOfZeroIsDamageAlsoAtTheEnd) {
  SoupStream stream;
  stream.login().messages(small_day(true).bytes());
  const u64 whole = stream.bytes().size();
  stream.bytes().resize(whole + 2);
  const auto feed = test::feed_over(stream.bytes(), Framing::soup);
  test::drain(*feed);
  ASSERT_TRUE(feed->damage());
  EXPECT_EQ(feed->damage()->offset, whole);
  EXPECT_EQ(feed->damage()->found, "a packet of length 0");
}

TEST(SoupPackets, AMessageThatIsTooShortIsDamage) {
  SoupStream none;
  none.login().packet('S');
  SoupStream cut;
  cut.login().packet('S', "A\1\2");
  for (SoupStream* stream : {&none, &cut}) {
    const auto feed = test::feed_over(stream->bytes(), Framing::soup);
    EXPECT_TRUE(test::drain(*feed).empty());
    ASSERT_TRUE(feed->damage());
    EXPECT_EQ(feed->damage()->offset, 33U) << "where the packet begins";
  }
}

TEST(SoupPackets, AFileCutAnywhereButBetweenPacketsIsDamage) {
  SoupStream stream;
  stream.login().messages(small_day(true).bytes()).packet('Z');
  const std::vector<std::byte>& whole = stream.bytes();
  std::size_t boundary = 0;
  for (std::size_t size = 1; size < whole.size(); ++size) {
    SoupPacket packet;
    const Bytes rest = Bytes{whole}.first(size).subspan(boundary);
    const bool at_boundary = next_packet(rest, packet) == SoupFramed::packet;
    if (at_boundary) boundary = size;
    const auto feed = test::feed_over(Bytes{whole}.first(size), Framing::soup);
    test::drain(*feed);
    ASSERT_EQ(feed->damage().has_value(), !at_boundary) << size;
  }
}

TEST(SoupPackets, AnyFlippedByteNeitherCrashesNorGoesOnForEver) {
  SoupStream stream;
  stream.login().messages(small_day(true).bytes()).packet('Z');
  for (std::size_t at = 0; at < stream.bytes().size(); ++at) {
    for (const u8 mask : {u8{0x01}, u8{0x80}, u8{0xFF}}) {
      std::vector<std::byte> bytes = stream.bytes();
      bytes[at] ^= static_cast<std::byte>(mask);
      const auto feed = test::feed_over(bytes, Framing::soup);
      test::drain(*feed);
      EXPECT_LE(feed->counters().bytes, bytes.size());
    }
  }
}

TEST(SoupPackets, AreToldFromMessagesWithLengths) {
  const ItchDay day = small_day(true);
  EXPECT_FALSE(looks_like_soup(day.bytes()));
  EXPECT_TRUE(looks_like_soup(SoupStream{}.messages(day.bytes()).bytes()));
  EXPECT_TRUE(looks_like_soup(SoupStream{}.packet('+', "hello").packet('H').login().bytes()));
  EXPECT_TRUE(looks_like_soup(SoupStream{}.packet('L', std::string(46, ' ')).login().bytes()));
  EXPECT_FALSE(looks_like_soup(SoupStream{}.packet('H').bytes())) << "too little to tell";
  EXPECT_TRUE(looks_like_soup(SoupStream{}.packet('H').packet('H').bytes()));
  EXPECT_TRUE(looks_like_soup(SoupStream{}.packet('+', "hello").packet('J', "A").bytes()));
  EXPECT_FALSE(looks_like_soup(SoupStream{}.packet('H').packet('R').packet('H').bytes()));
  EXPECT_FALSE(looks_like_soup(SoupStream{}.packet('H').packet('H', "x").bytes()));
  EXPECT_FALSE(looks_like_soup(SoupStream{}.packet('A', "AAPL").bytes()));
  EXPECT_FALSE(looks_like_soup(std::vector<std::byte>(4096)));
  // Every type of ITCH message, in front of a file that begins amid a day.
  for (int letter = 0; letter < 256; ++letter) {
    const std::size_t size = wire_size(static_cast<char>(letter));
    if (size == 0) continue;
    std::vector<std::byte> plain(2 + size);
    store_be(plain.data(), static_cast<u16>(size));
    for (const int filled : {0, letter}) {
      std::fill(plain.begin() + 2, plain.end(), static_cast<std::byte>(filled));
      plain[2] = static_cast<std::byte>(letter);
      EXPECT_FALSE(looks_like_soup(plain)) << letter;
    }
  }
}

}  // namespace
}  // namespace tapedeck::itch50
