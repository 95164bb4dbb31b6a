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
  EXPECT_EQ(parse_count("10G"), 10'000'000'000U);
  EXPECT_EQ(parse_count("9223372036854775807"), 9'223'372'036'854'775'807U);
}

TEST(ParseCount, TakesNumbersAsPeopleTypeThem) {
  EXPECT_EQ(parse_count("1e6"), 1'000'000U);
  EXPECT_EQ(parse_count("2.5E+3"), 2'500U);
  EXPECT_EQ(parse_count("1K"), 1'000U);
  EXPECT_EQ(parse_count("1,000"), 1'000U);
  EXPECT_EQ(parse_count("12,345,678"), 12'345'678U);
  EXPECT_EQ(parse_count("1,500.5k"), 1'500'500U);
}

TEST(ParseCount, RefusesZeroFractionsAndWords) {
  for (const char* text : {"",
                           "0",
                           "0k",
                           "-1",
                           "1.5",
                           "0.0001k",
                           "k",
                           "1 M",
                           "max",
                           "1e",
                           "e6",
                           "1e-3",
                           "1e19",
                           "1e6k",
                           "1,00",
                           ",100",
                           "1000,000",
                           "1,,000",
                           "1,000,",
                           "-1,000",
                           "--1",
                           "1e1e1",
                           "10000G0",
                           "1kk",
                           "9223372036854775808",
                           "10000000000G",
                           "0.1234567891G"}) {
    EXPECT_FALSE(parse_count(text)) << text;
  }
}

TEST(ParseRate, TakesFractions) {
  EXPECT_EQ(parse_rate("6.3"), 6.3);
  EXPECT_EQ(parse_rate("0.5k"), 500.0);
  EXPECT_EQ(parse_rate("1e6"), 1e6);
  EXPECT_EQ(parse_rate("0.000000001"), 1e-9);
  for (const char* text : {"", "0", "0.0", "-6.3", "6.3x", "nan", "inf", "0x1p3", "1e-3"}) {
    EXPECT_FALSE(parse_rate(text)) << text;
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
  EXPECT_EQ(parse_duration("100ns"), Nanos{100});
  EXPECT_EQ(parse_duration("250us"), Nanos{250'000});
  EXPECT_EQ(parse_duration("5ms"), Nanos{5'000'000});
  EXPECT_EQ(parse_duration("10s"), Nanos{10 * kNanosPerSecond});
  EXPECT_EQ(parse_duration("2min"), parse_duration("2m"));
  EXPECT_EQ(parse_duration("90sec"), Nanos{90 * kNanosPerSecond});
  EXPECT_EQ(parse_duration("1h"), Nanos{3600 * kNanosPerSecond});
}

TEST(ParseDuration, TakesSeveralUnitsInTheirOrderAndDecimals) {
  EXPECT_EQ(parse_duration("1h30m"), Nanos{5400 * kNanosPerSecond});
  EXPECT_EQ(parse_duration("6h30min15s"), Nanos{23'415 * kNanosPerSecond});
  EXPECT_EQ(parse_duration("1.5s"), Nanos{1'500'000'000});
  EXPECT_EQ(parse_duration("1m0.25s"), Nanos{60'250'000'000});
  EXPECT_EQ(parse_duration("0.5h"), Nanos{1800 * kNanosPerSecond});
}

TEST(ParseDuration, RefusesZeroMissingUnitsAndOverflow) {
  for (const char* text : {"", "10", "s", "0s", "-1s", "1.5ns", "9999999999999h", "1 s", "30m1h",
                           "1m2min", "1.5h30m", "1h30", "1x", "1h-30m", "1..5s", "0h0m"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(ParseSeconds, TakesANumberWithoutAUnitForSeconds) {
  EXPECT_EQ(parse_seconds("10"), Nanos{10 * kNanosPerSecond});
  EXPECT_EQ(parse_seconds("0.5"), Nanos{kNanosPerSecond / 2});
  EXPECT_EQ(parse_seconds("250ms"), Nanos{250'000'000});
  EXPECT_EQ(parse_seconds("1,000"), Nanos{1'000 * kNanosPerSecond});
  EXPECT_EQ(parse_seconds("1e3"), Nanos{1'000 * kNanosPerSecond});
  EXPECT_EQ(parse_seconds("1.5e1"), Nanos{15 * kNanosPerSecond});
  for (const char* text : {"", "0", "-1", "ten", "1.2.3", "1,00", "e3", "1e30", "+5"}) {
    EXPECT_FALSE(parse_seconds(text)) << text;
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
  EXPECT_EQ(parse_bytes("10G"), 10'000'000'000U);
  EXPECT_EQ(parse_bytes("1024"), 1024U);
  EXPECT_EQ(parse_bytes("8GB"), 8'000'000'000U);
  EXPECT_EQ(parse_bytes("500mb"), 500'000'000U);
  EXPECT_EQ(parse_bytes("1kB"), 1'000U);
  EXPECT_EQ(parse_bytes("8gib"), u64{8} << 30);
  for (const char* wrong : {"", "0", "0MiB", "MiB", "1.5GiB", "-1MiB", "16777216TiB", "GB", "8B",
                            "8XB", "18446745TB"}) {
    EXPECT_FALSE(parse_bytes(wrong)) << wrong;
  }
}

TEST(Counted, ANumberAndItsNounAgree) {
  EXPECT_EQ(counted(0, "row"), "0 rows");
  EXPECT_EQ(counted(1, "row"), "1 row");
  EXPECT_EQ(counted(1'001, "row"), "1,001 rows");
  EXPECT_EQ(counted(1, "copy differs", "copies differ"), "1 copy differs");
  EXPECT_EQ(counted(2, "copy differs", "copies differ"), "2 copies differ");
}

}  // namespace
}  // namespace tapedeck
