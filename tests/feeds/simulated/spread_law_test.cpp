// The zero-intelligence market against what is known of it.
#include <gtest/gtest.h>

#include "feeds/simulated/mean_spread.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::simulated {
namespace {

// In every market here prices are many ticks apart, so that the ticks do not show.

TEST(SpreadLaw, TwiceTheMarketOrdersMakeTwiceTheSpreadAtTheSameGranularity) {
  if (test::kSanitized) GTEST_SKIP() << "millions of steps for the statistics' sake alone";
  constexpr u64 kSteps = 3'000'000;
  for (const double granularity : {0.02, 0.1, 0.5}) {
    const double narrow = mean_spread(market_of(20, granularity), 1, kSteps).ticks;
    const double wide = mean_spread(market_of(40, granularity), 2, kSteps).ticks;
    EXPECT_NEAR(wide / narrow, 2, 0.1)
        << "granularity " << granularity << ": " << narrow << " and " << wide << " ticks";
  }
}

TEST(SpreadLaw, DoesNotDependOnHowFarOutTheBandEnds) {
  if (test::kSanitized) GTEST_SKIP() << "millions of steps for the statistics' sake alone";
  constexpr u64 kSteps = 3'000'000;
  ZeroIntelligence near = market_of(20, 0.1);
  ZeroIntelligence far = near;
  far.band_ticks *= 2;
  const double of_near = mean_spread(near, 3, kSteps).ticks;
  const double of_far = mean_spread(far, 4, 2 * kSteps).ticks;
  EXPECT_NEAR(of_far / of_near, 1, 0.03);
}

TEST(SpreadLaw, IsTheEquationOfItsSource) {
  EXPECT_DOUBLE_EQ(spread_law(10, 2, 10), 5 * (0.28 + 1.86));     // granularity 1
  EXPECT_DOUBLE_EQ(spread_law(16, 4, 1), 4 * (0.28 + 1.86 / 8));  // 1/16, whose 3/4 is 1/8
}

}  // namespace
}  // namespace tapedeck::simulated
