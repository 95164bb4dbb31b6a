#include "feeds/itch50/file_feed.hpp"

#include <array>
#include <map>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/data.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::itch50 {
namespace {

using test::ItchDay;

ItchDay small_day() {
  ItchDay day;
  day.system('O').directory(1, "AAPL").trading(1, "AAPL").system('Q');
  day.add(1, "AAPL", 10, 'B', 100, 1'000'000).add(1, "AAPL", 11, 'S', 50, 1'010'000);
  day.execute(1, 10, 30).cancel(1, 11, 20).replace(1, 10, 12, 70, 999'900).remove(1, 11);
  day.system('M').system('C');
  return day;
}
constexpr u64 kSmallDayMessages = 12;

bool same(const Event& a, const Event& b) {
  return a.sequence == b.sequence && a.kind == b.kind && a.instrument == b.instrument &&
         a.exchange_time == b.exchange_time && a.flags == b.flags &&
         (!has_order_fields(a.kind) || a.order.id == b.order.id);
}

TEST(FileFeed, ReadsAWholeDayAndKnowsThatItIsComplete) {
  const ItchDay day = small_day();
  const auto feed = test::feed_over(day.bytes());
  test::drain(*feed);
  EXPECT_EQ(feed->counters().messages, kSmallDayMessages);
  EXPECT_EQ(feed->counters().bytes, day.bytes().size());
  EXPECT_TRUE(feed->complete());
  EXPECT_FALSE(feed->damage());
}

TEST(FileFeed, AZeroLengthAsTheLastTwoBytesIsTheNormalEnd) {
  auto bytes = small_day().copy();
  bytes.resize(bytes.size() + 2, std::byte{0});
  const auto feed = test::feed_over(bytes);
  test::drain(*feed);
  EXPECT_TRUE(feed->complete());
  EXPECT_FALSE(feed->damage());
}

TEST(FileFeed, AZeroLengthElsewhereIsDamageWithAHintAtTheFraming) {
  auto bytes = small_day().copy();
  const auto at = static_cast<std::ptrdiff_t>(2 + 12);  // behind the first message
  bytes.insert(bytes.begin() + at, 2, std::byte{0});
  const auto feed = test::feed_over(bytes);
  test::drain(*feed);
  ASSERT_TRUE(feed->damage());
  EXPECT_EQ(feed->damage()->offset, 14U);
  EXPECT_NE(feed->damage()->message().find("`framing` type"), std::string::npos);
  EXPECT_EQ(feed->counters().messages, 1U);
}

TEST(FileFeed, ACutAtAnyByteIsNoticedExactlyWhereItIs) {
  const auto whole = small_day().copy();
  std::size_t boundary = 0;
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const std::size_t next = boundary + 2 + load_be<u16>(whole.data() + boundary);
    if (size == next) boundary = next;
    const auto feed = test::feed_over(Bytes{whole}.first(size));
    test::drain(*feed);
    EXPECT_FALSE(feed->complete()) << size;
    if (size == boundary) {
      EXPECT_FALSE(feed->damage()) << size;
    } else {
      ASSERT_TRUE(feed->damage()) << size;
      EXPECT_EQ(feed->damage()->offset, boundary) << size;
    }
  }
}

TEST(FileFeed, AnEmptyFileIsDamageAtItsFirstByte) {
  const auto feed = test::feed_over({});
  test::drain(*feed);
  ASSERT_TRUE(feed->damage());
  EXPECT_EQ(feed->damage()->offset, 0U);
}

TEST(FileFeed, ALengthTooShortForItsTypeEndsTheChannelThere) {
  auto bytes = small_day().copy();
  store_be(bytes.data() + 14, u16{38});  // the directory message has 39 bytes
  const auto feed = test::feed_over(bytes);
  test::drain(*feed);
  ASSERT_TRUE(feed->damage());
  EXPECT_EQ(feed->damage()->offset, 14U);
  EXPECT_EQ(feed->counters().malformed, 1U);
  EXPECT_NE(feed->damage()->message().find("'R'"), std::string::npos);
  EXPECT_NE(feed->damage()->message().find("39"), std::string::npos);
}

TEST(FileFeed, ALengthPastTheEndIsDamage) {
  auto bytes = small_day().copy();
  store_be(bytes.data() + 14, u16{0xFFFF});
  const auto feed = test::feed_over(bytes);
  test::drain(*feed);
  ASSERT_TRUE(feed->damage());
  EXPECT_EQ(feed->damage()->offset, 14U);
}

TEST(FileFeed, UnknownTypesAreSkippedByTheirLengthAndCounted) {
  auto bytes = small_day().copy();
  const std::array<u8, 7> stranger{0, 5, 'z', 1, 2, 3, 4};
  const auto raw = std::as_bytes(std::span{stranger});
  bytes.insert(bytes.begin() + 14, raw.begin(), raw.end());
  const auto feed = test::feed_over(bytes);
  test::drain(*feed);
  EXPECT_FALSE(feed->damage());
  EXPECT_EQ(feed->counters().unknown_type, 1U);
  EXPECT_EQ(feed->counters().messages, kSmallDayMessages + 1);
  EXPECT_TRUE(feed->complete());
}

TEST(FileFeed, ALongerMessageOfAKnownTypeIsUsedAndCounted) {
  std::vector<std::byte> bytes{std::byte{0}, std::byte{14}};
  bytes.resize(2 + 14, std::byte{0});
  store(bytes.data() + 2, SystemEvent{{0, 0, 5}, 'Q'});
  const auto feed = test::feed_over(bytes);
  EXPECT_EQ(test::drain(*feed).size(), 1U);
  EXPECT_EQ(feed->counters().oversized, 1U);
}

TEST(FileFeed, FramingByTypeReadsFilesWhoseLengthsAreZero) {
  const ItchDay day = small_day();
  auto bytes = day.copy();
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = load_be<u16>(bytes.data() + at);
    store_be(bytes.data() + at, u16{0});
    at += 2 + length;
  }
  const auto feed = test::feed_over(bytes, Framing::type);
  test::drain(*feed);
  EXPECT_FALSE(feed->damage());
  EXPECT_TRUE(feed->complete());
  EXPECT_EQ(feed->counters().messages, kSmallDayMessages);
}

TEST(FileFeed, TheSizeOfTheWindowChangesNothing) {
  const ItchDay day = small_day();
  const auto expected = test::drain(*test::feed_over(day.bytes()));
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{37}}) {
    const auto got = test::drain(*test::feed_over(day.bytes(), Framing::length, step));
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_TRUE(same(got[i], expected[i])) << i;
  }
}

TEST(FileFeed, OneFileAfterAnotherIsOneChannelWithOneNumbering) {
  const ItchDay morning = [] {
    ItchDay day;
    return day.system('O').directory(1, "A").add(1, "A", 1, 'B', 5, 10'000);
  }();
  const ItchDay afternoon = [] {
    ItchDay day;
    return day.at(50'000'000'000'000).execute(1, 1, 5).system('C');
  }();
  std::vector<DayFile> files;
  files.push_back({feeds::memory_source("a", morning.bytes()), Nanos{0}});
  files.push_back({feeds::memory_source("b", afternoon.bytes()), Nanos{0}});
  FileFeed feed{std::move(files), Framing::length};
  const auto events = test::drain(feed);
  EXPECT_EQ(events.back().sequence, 5U);
  EXPECT_EQ(feed.counters().messages, 5U);
  EXPECT_FALSE(feed.complete()) << "the first file did not close";
}

TEST(FileFeed, AnyFlippedByteNeitherCrashesNorGoesOnForEver) {
  const auto whole = small_day().copy();
  constexpr std::array<u8, 4> kMasks{0x01, 0x40, 0x80, 0xFF};
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (std::size_t mask = 0; mask < kMasks.size(); ++mask) {
      // Under a sanitizer one of them a byte, each in its turn.
      if (test::kSanitized && mask != at % kMasks.size()) continue;
      auto bytes = whole;
      bytes[at] ^= static_cast<std::byte>(kMasks[mask]);
      const auto feed = test::feed_over(bytes);
      test::drain(*feed);
      EXPECT_LE(feed->counters().bytes, bytes.size());
    }
  }
}

TEST(FileFeed, ARealDaysFirstMessagesAreWhatTheyAre) {
  TAPEDECK_NEED_DATA(path, "itch/12302019_first1000.itch");
  std::vector<DayFile> files;
  files.push_back({feeds::open_source(path.string()), Nanos{0}});
  FileFeed feed{std::move(files), Framing::length};
  std::map<std::string, int> by_type;
  for (const Event& event : test::drain(feed)) {
    if ((event.flags & kLastOfEvent) == 0) continue;
    if (event.kind == Kind::trading_state) ++by_type[{event.state.source}];
    if (event.kind == Kind::notice) ++by_type[{event.notice.type}];
  }
  EXPECT_EQ(by_type, (std::map<std::string, int>{{"S", 1}, {"R", 993}, {"H", 3}, {"Y", 3}}));
  EXPECT_EQ(feed.counters().messages, 1000U);
  EXPECT_FALSE(feed.damage());
}

}  // namespace
}  // namespace tapedeck::itch50
