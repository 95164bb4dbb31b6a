#include "engine/core/decimal.hpp"

#include <limits>

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

TEST(ParsePrice, RefusesWhatIsNoPrice) {
  for (const char* text : {"", ".", "-", "1.2.3", "1e5", " 1", "1.0000000001", "99999999999999",
                           "9223372036.854775807", "-9223372036.854775809"}) {
    EXPECT_FALSE(parse_price(text)) << text;
  }
}

}  // namespace
}  // namespace tapedeck
