#include "engine/core/text.hpp"

#include <array>

#include <gtest/gtest.h>

namespace tapedeck {
namespace {

TEST(Decimal, WritesPricesWithoutTrailingZeros) {
  EXPECT_EQ(decimal(Price{585'330'000'000}), "585.33");
  EXPECT_EQ(decimal(Price{5'000'000'000}), "5");
  EXPECT_EQ(decimal(Price{-1}), "-0.000000001");
  EXPECT_EQ(decimal(kNoPrice), "");
}

TEST(Decimal, SurvivesTheSmallestPrice) {
  EXPECT_EQ(decimal(Price{std::numeric_limits<i64>::min()}), "-9223372036.854775808");
}

TEST(ParsePrice, ReadsWhatDecimalWrites) {
  for (const i64 value : {i64{0}, i64{1}, i64{-1}, i64{585'330'000'000}, i64{-20'000'000'001},
                          std::numeric_limits<i64>::min(), std::numeric_limits<i64>::max() - 1}) {
    EXPECT_EQ(parse_price(decimal(Price{value})), Price{value}) << value;
  }
}

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

TEST(ParsePrice, RefusesWhatIsNoPrice) {
  for (const char* text : {"", ".", "-", "1.2.3", "1e5", " 1", "1.0000000001", "99999999999999",
                           "9223372036.854775807", "-9223372036.854775809"}) {
    EXPECT_FALSE(parse_price(text)) << text;
  }
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

TEST(Nearest, OffersTheSlipAndNotAnotherWord) {
  const std::array<std::string, 3> flags{"--shards", "--symbols", "--json"};
  EXPECT_EQ(nearest("--shard", flags), "--shards");
  EXPECT_EQ(nearest("--jsno", flags), "--json");
  EXPECT_FALSE(nearest("--completely-different", flags));
  EXPECT_FALSE(nearest("--from", flags));
  EXPECT_EQ(nearest("--Json", flags), "--json");
}

TEST(CsvField, QuotesOnlyWhereItMust) {
  EXPECT_EQ(csv_field("AAPL"), "AAPL");
  EXPECT_EQ(csv_field("A,\"B"), "\"A,\"\"B\"");
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

TEST(Harmless, EscapesWhatSteersATerminalAndKeepsTheRest) {
  EXPECT_EQ(harmless("plain, 'quoted' and Z\xC3\xBCrich \xE2\x82\xAC \xF0\x9F\x93\xBC"),
            "plain, 'quoted' and Z\xC3\xBCrich \xE2\x82\xAC \xF0\x9F\x93\xBC");
  EXPECT_EQ(harmless("\x1b[2J\x07\r\n\x7f"), "\\x1b[2J\\x07\\x0d\\x0a\\x7f");
  EXPECT_EQ(harmless("\xC2\x9B"
                     "2J"),
            "\\x9b2J")
      << "a control sequence in one character";
  EXPECT_EQ(harmless("a\xE2\x80\xAE"
                     "b"),
            "a\\u202eb")
      << "it turns the direction of writing";
  // Not UTF-8: a lone byte, one that is cut, an overlong form, a surrogate.
  EXPECT_EQ(harmless("\xFF|\xE2\x82"), "\\xff|\\xe2\\x82");
  EXPECT_EQ(harmless("\xC0\x9B"), "\\xc0\\x9b");
  EXPECT_EQ(harmless("\xED\xA0\x80"), "\\xed\\xa0\\x80");
}

}  // namespace
}  // namespace tapedeck
