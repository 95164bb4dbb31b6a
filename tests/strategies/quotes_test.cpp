// Strategies of the book's own state, against figures worked out by hand.
#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/strategy_run.hpp"

namespace tapedeck::test {
namespace {

TEST(Bbo, SpreadMiddleAndMicropriceAreOfTheBestPrices) {
  StrategyRun run{"bbo"};
  run.bid(1, 10'000, 300).ask(2, 10'010, 100).bid(3, 9'990, 7'000).ask(4, 10'500, 9'000);
  EXPECT_DOUBLE_EQ(run.value("spread"), 0.10);
  EXPECT_DOUBLE_EQ(run.value("mid"), 100.05);
  // (100.00 x 100 + 100.10 x 300) / 400: three quarters of the way to the thin side.
  EXPECT_DOUBLE_EQ(run.value("microprice"), 100.075);
}

TEST(Bbo, OddTicksKeepTheirHalves) {
  StrategyRun run{"bbo"};
  run.bid(1, 10'000, 1).ask(2, 10'001, 2);
  EXPECT_DOUBLE_EQ(run.value("mid"), 100.005);
  EXPECT_DOUBLE_EQ(run.value("microprice"), (100.00 * 2 + 100.01 * 1) / 3);
}

TEST(Bbo, ASideThatIsEmptyLeavesNoValue) {
  StrategyRun run{"bbo"};
  EXPECT_TRUE(std::isnan(run.value("mid")));
  run.bid(1, 10'000, 300);
  EXPECT_TRUE(std::isnan(run.value("spread")));
  run.ask(2, 10'010, 100);
  EXPECT_FALSE(std::isnan(run.value("spread")));
  run.remove(1);
  EXPECT_TRUE(std::isnan(run.value("microprice")));
}

TEST(Imbalance, CountsTheBestLevelsAndNoMore) {
  StrategyRun run{"imbalance:levels=2"};
  run.bid(1, 100, 30).bid(2, 99, 20).bid(3, 98, 1'000).ask(4, 101, 10);
  EXPECT_DOUBLE_EQ(run.value("value"), (50.0 - 10.0) / 60.0);
  run.ask(5, 102, 90).ask(6, 103, 1'000);
  EXPECT_DOUBLE_EQ(run.value("value"), (50.0 - 100.0) / 150.0);
}

TEST(Imbalance, IsOneWhereOnlyBidsStandAndNothingWhereNothingStands) {
  StrategyRun run{"imbalance"};
  EXPECT_TRUE(std::isnan(run.value("value")));
  run.bid(1, 100, 30);
  EXPECT_EQ(run.value("value"), 1.0);
  run.clear();
  EXPECT_TRUE(std::isnan(run.value("value")));
}

TEST(Ofi, EveryCaseOfTheDefinitionAddsWhatItSays) {
  StrategyRun run{"ofi"};
  double expected = 0;
  const auto now = [&](double contribution) {
    expected += contribution;
    EXPECT_EQ(run.value("total"), expected);
  };
  run.bid(1, 100, 50), now(50);   // a bid where there was none: its quantity
  run.ask(2, 102, 40), now(-40);  // an ask likewise, with the other sign
  run.bid(3, 100, 20), now(20);   // more at the best bid: the difference
  run.reduce(3, 5), now(-5);      // less there
  run.bid(4, 101, 7), now(7);     // a better bid: all of it
  run.remove(4), now(-7);         // the best bid goes: all that it was
  run.execute(2, 10), now(10);    // asks bought: demand
  run.ask(5, 103, 99), now(0);    // behind the best: no matter
  run.remove(2), now(30);         // the best ask goes up: all that it was
  run.ask(6, 102, 8), now(-8);    // and comes down: all that it is
}

TEST(Ofi, AClearTakesBothSidesAway) {
  StrategyRun run{"ofi"};
  run.bid(1, 100, 50).ask(2, 102, 40).clear();
  EXPECT_EQ(run.value("total"), 50.0 - 40.0 - 50.0 + 40.0);
}

TEST(Ofi, TheLastIntervalIsTheWholeOneBeforeNow) {
  StrategyRun run{"ofi:interval=1us"};
  run.at(1'100).bid(1, 100, 50).at(1'998).bid(2, 100, 1);
  EXPECT_EQ(run.value("last", 1'999), 0.0);
  EXPECT_EQ(run.value("last", 2'000), 51.0) << "closed by who looks";
  run.at(2'000).bid(3, 100, 7);
  EXPECT_EQ(run.value("last", 2'001), 51.0) << "closed by what came";
  EXPECT_EQ(run.value("last", 2'999), 51.0);
  EXPECT_EQ(run.value("last", 3'000), 7.0);
  EXPECT_EQ(run.value("last", 4'000), 0.0);
  EXPECT_EQ(run.value("total", 4'000), 58.0);
}

}  // namespace
}  // namespace tapedeck::test
