// Trades that a channel reports in two schemas, near each other or far apart.
#include "feeds/dbn/trade_pairs.hpp"

#include <algorithm>
#include <deque>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/dbn_books.hpp"

namespace tapedeck::feeds::dbn {
namespace {

using test::DbnBooks;
using test::DbnFile;
using test::DbnRun;
using Schema = TradePairs::Schema;

constexpr std::size_t kMost = TradePairs::kMostStored;

TradePairs::Trade trade_number(u64 number) {
  return {.listing = 7, .event_time = number, .price = 1, .sequence = 1, .quantity = 1, .side = 1};
}
TradePairs with_orders(u64 count) {
  TradePairs pairs;
  for (u64 i = 0; i < count; ++i) EXPECT_FALSE(pairs.is_repeat(Schema::orders, trade_number(i)));
  return pairs;
}

TEST(DbnTradePairs, RepeatsFarApartAreFound) {
  TradePairs pairs = with_orders(kMost);
  for (u64 i = 0; i < kMost; ++i) ASSERT_TRUE(pairs.is_repeat(Schema::trades, trade_number(i)));
  EXPECT_FALSE(pairs.is_repeat(Schema::trades, trade_number(0)));
  EXPECT_EQ(pairs.lost(), 0U);
}

TEST(DbnTradePairs, ARepeatThatComesTooLateIsCounted) {
  TradePairs pairs = with_orders(kMost + 2);
  EXPECT_EQ(pairs.lost(), 0U) << "there is one schema";
  EXPECT_FALSE(pairs.is_repeat(Schema::trades, trade_number(0)));
  EXPECT_GE(pairs.lost(), 2U);
  EXPECT_TRUE(pairs.is_repeat(Schema::trades, trade_number(kMost + 1)));
}

// The model is a list of all trades that have no repeat yet.
TEST(DbnTradePairs, AModelAgrees) {
  Random random{5};
  TradePairs pairs;
  std::deque<std::pair<Schema, u64>> open;
  for (u64 step = 0; step < 20'000; ++step) {
    const u64 number = step / 50 + random.below(30);
    const Schema schema = random.chance(0.5) ? Schema::orders : Schema::trades;
    const Schema other = schema == Schema::orders ? Schema::trades : Schema::orders;
    const auto found = std::ranges::find(open, std::pair{other, number});
    const bool is_repeat = found != open.end();
    if (is_repeat) {
      open.erase(found);
    } else {
      open.push_back({schema, number});
    }
    ASSERT_EQ(pairs.is_repeat(schema, trade_number(number)), is_repeat) << step;
  }
}

TEST(DbnTradePairs, ThreeHundredTradesThatOnlyThenRepeatCountOnce) {
  DbnFile first{2}, second{2};
  for (int i = 0; i < 300; ++i) {
    first.trade('B', 101, 3);
    second.trade_record('B', 101 * DbnFile::kOne, 3);
  }
  EXPECT_EQ((DbnBooks{{first.bytes(), second.bytes()}}.volume()), 900) << "of two files";
}

TEST(DbnTradePairs, AWarningSaysThatTradesMayCountTwice) {
  DbnFile day{2};
  for (std::size_t i = 0; i <= kMost; ++i) day.trade('B', 101, 3);
  EXPECT_TRUE(DbnRun{day}.feed->warnings().empty());
  const DbnRun merged{day.trade_record('B', 101 * DbnFile::kOne, 3)};
  ASSERT_EQ(merged.feed->warnings().size(), 1U);
  EXPECT_NE(merged.feed->warnings()[0].find("twice"), std::string::npos);
}

}  // namespace
}  // namespace tapedeck::feeds::dbn
