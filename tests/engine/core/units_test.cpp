#include "engine/core/units.hpp"

#include <gtest/gtest.h>

#include "engine/core/decimal.hpp"

namespace tapedeck {
namespace {

TEST(ParseCount, TakesPlainNumbersAndUnits) {
  EXPECT_EQ(parse_count("1"), 1U);
  EXPECT_EQ(parse_count("250k"), 250'000U);
  EXPECT_EQ(parse_count("2.5M"), 2'500'000U);
  EXPECT_EQ(parse_count("1G"), 1'000'000'000U);
}

TEST(ParseCount, RefusesZeroFractionsAndWords) {
  for (const char* text :
       {"", "0", "0k", "-1", "1.5", "0.0001k", "k", "1K", "1 M", "max", "100G"}) {
    EXPECT_FALSE(parse_count(text)) << text;
  }
}

TEST(DurationForPeople, TakesTheUnitThatFits) {
  EXPECT_EQ(duration_for_people({870}), "870 ns");
  EXPECT_EQ(duration_for_people({61'400}), "61 us");
  EXPECT_EQ(duration_for_people({1'230'000}), "1.2 ms");
  EXPECT_EQ(duration_for_people({12'000'000'000}), "12 s");
  EXPECT_EQ(duration_for_people({870}, 3), "870 ns");
  EXPECT_EQ(duration_for_people({1'236}, 3), "1.24 us");
  EXPECT_EQ(duration_for_people({61'400}, 3), "61.4 us");
  EXPECT_EQ(duration_for_people({123'456'789}, 3), "123 ms");
  EXPECT_EQ(with_decimals(1.156, 2), "1.16");
}

TEST(ParseDuration, KnowsItsUnits) {
  EXPECT_EQ(parse_duration("250us"), Nanos{250'000});
  EXPECT_EQ(parse_duration("10s"), Nanos{10 * kNanosPerSecond});
  EXPECT_EQ(parse_duration("1h"), Nanos{3600 * kNanosPerSecond});
}

TEST(ParseDuration, RefusesZeroMissingUnitsAndOverflow) {
  for (const char* text : {"", "10", "s", "0s", "-1s", "1.5s", "9999999999999h", "1 s"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Grouped, SeparatesThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
}

TEST(ParseBytes, TakesBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_bytes("500MiB"), u64{500} << 20);
  EXPECT_EQ(parse_bytes("8GiB"), u64{8} << 30);
  EXPECT_EQ(parse_bytes("8G"), 8'000'000'000U);
  EXPECT_EQ(parse_bytes("1024"), 1024U);
  for (const char* wrong : {"", "0", "0MiB", "MiB", "1.5GiB", "-1MiB", "16777216TiB", "8gib"}) {
    EXPECT_FALSE(parse_bytes(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace tapedeck
