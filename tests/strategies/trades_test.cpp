// Strategies of what traded, against figures worked out by hand.
#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/strategy_run.hpp"

namespace tapedeck::test {
namespace {

TEST(Vwap, WeighsVisibleHiddenAndCrossTradesByTheirQuantity) {
  StrategyRun run{"vwap"};
  EXPECT_TRUE(std::isnan(run.value("price")));
  run.bid(1, 10'000, 300).execute(1, 100);  // at the order's own price
  run.execute_at(1, 10'005, 100);           // at the price it says
  run.hidden(Side::ask, 10'020, 50);
  run.cross(10'010, 250);
  EXPECT_DOUBLE_EQ(run.value("price"),
                   (100.00 * 100 + 100.05 * 100 + 100.20 * 50 + 100.10 * 250) / 500);
  EXPECT_EQ(run.value("volume"), 500.0);
  EXPECT_EQ(run.value("trades"), 4.0);
}

TEST(Vwap, LeavesOutWhatIsReportedAgainInBulk) {
  StrategyRun run{"vwap"};
  run.bid(1, 10'000, 300).execute_at(1, 20'000, 100, kNonPrintable).execute(1, 100);
  run.cross(30'000, 70, kNonPrintable);
  EXPECT_EQ(run.value("price"), 100.0);
  EXPECT_EQ(run.value("volume"), 100.0);
}

TEST(Vwap, IsExactWhereDoublesWouldRound) {
  StrategyRun run{"vwap"};
  // The turnover of the first is beyond what a double holds; the last share must still count.
  run.cross(9'007'199'254, 1'000'000'000'001).cross(9'007'199'254, 1);
  EXPECT_EQ(run.value("price"), 90'071'992.54);
  EXPECT_EQ(run.value("volume"), 1'000'000'000'002.0);
}

TEST(Vwap, SaysNothingRatherThanSomethingWrongWhenASumDoesNotFit) {
  StrategyRun run{"vwap"};
  for (int i = 0; i < 9; ++i) run.cross(900'000'000'000, INT64_MAX);
  EXPECT_TRUE(std::isnan(run.value("price")));
}

TEST(Vwap, TakesOnlyWhatWasThereOfAnExecutionOfMore) {
  StrategyRun run{"vwap"};
  run.bid(1, 10'000, 30).execute(1, 100);
  EXPECT_EQ(run.value("volume"), 30.0);
  run.execute(77, 100);  // an order that nobody knows has no price
  EXPECT_EQ(run.value("trades"), 1.0);
}

class OneSecondBars : public ::testing::Test {
 protected:
  static constexpr i64 kSecond = kNanosPerSecond;
  void expect_bar(i64 now, double open, double high, double low, double close, double volume,
                  double trades) {
    EXPECT_EQ(run_.value("open", now), open);
    EXPECT_EQ(run_.value("high", now), high);
    EXPECT_EQ(run_.value("low", now), low);
    EXPECT_EQ(run_.value("close", now), close);
    EXPECT_EQ(run_.value("volume", now), volume);
    EXPECT_EQ(run_.value("trades", now), trades);
  }
  void expect_empty(i64 now) {
    for (const char* price : {"open", "high", "low", "close"}) {
      EXPECT_TRUE(std::isnan(run_.value(price, now))) << price;
    }
    EXPECT_EQ(run_.value("volume", now), 0.0);
    EXPECT_EQ(run_.value("trades", now), 0.0);
  }
  StrategyRun run_{"bars:interval=1s"};
};

TEST_F(OneSecondBars, HoldWhatTradedFromTheirStartToBeforeTheirEnd) {
  run_.at(1 * kSecond - 1).hidden(Side::bid, 9'999, 1);
  run_.at(1 * kSecond).hidden(Side::bid, 10'000, 10);
  run_.hidden(Side::ask, 10'300, 20).hidden(Side::ask, 9'900, 30);
  run_.at(2 * kSecond - 1).hidden(Side::ask, 10'100, 40);
  run_.at(2 * kSecond).hidden(Side::ask, 50'000, 1);
  expect_bar(2 * kSecond, 100, 103, 99, 101, 100, 4);
  EXPECT_EQ(run_.value("start", 2 * kSecond), 1.0);
  EXPECT_EQ(run_.value("start", 3 * kSecond - 1), 1.0);
  expect_bar(3 * kSecond, 500, 500, 500, 500, 1, 1);
}

TEST_F(OneSecondBars, ACutClosesABarThatNoLaterTradeHasClosed) {
  run_.at(1 * kSecond).hidden(Side::bid, 10'000, 10);
  expect_empty(2 * kSecond - 1);
  expect_bar(2 * kSecond, 100, 100, 100, 100, 10, 1);
}

TEST_F(OneSecondBars, AWindowWithoutTradesHasNoPricesAndNoVolume) {
  run_.at(1 * kSecond).hidden(Side::bid, 10'000, 10);
  expect_empty(3 * kSecond);
  EXPECT_EQ(run_.value("start", 3 * kSecond), 2.0);
  run_.at(5 * kSecond).hidden(Side::bid, 10'000, 10);
  expect_empty(5 * kSecond);
}

TEST_F(OneSecondBars, CountVisibleTradesAndNeitherCrossesNorWhatIsReportedInBulk) {
  run_.at(1 * kSecond).bid(1, 10'000, 100).execute(1, 60);
  run_.execute(1, 5, kNonPrintable).cross(99'999, 1'000'000);
  expect_bar(2 * kSecond, 100, 100, 100, 100, 60, 1);
}

TEST_F(OneSecondBars, ATimeThatGoesBackCountsInTheOpenBar) {
  run_.at(2 * kSecond).hidden(Side::bid, 10'000, 10);
  run_.at(1 * kSecond).hidden(Side::bid, 10'100, 20);
  expect_bar(3 * kSecond, 100, 101, 100, 101, 30, 2);
}

}  // namespace
}  // namespace tapedeck::test
