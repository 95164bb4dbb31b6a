// Medians and their intervals, against values that can be worked out by hand.
#include "engine/core/statistics.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace tapedeck {
namespace {

using Values = std::vector<double>;

void expect_estimate(const Values& values, double median, double low, double high) {
  const MedianEstimate estimate = estimate_median(values);
  EXPECT_DOUBLE_EQ(estimate.median, median);
  EXPECT_DOUBLE_EQ(estimate.low, low);
  EXPECT_DOUBLE_EQ(estimate.high, high);
}

TEST(Median, IsTheMiddleOneOrTheMeanOfTheMiddleTwoInAnyOrder) {
  EXPECT_EQ(median_of(Values{}), 0);
  EXPECT_EQ(median_of(Values{7}), 7);
  EXPECT_EQ(median_of(Values{9, 1, 5}), 5);
  EXPECT_EQ(median_of(Values{4, 1, 3, 100}), 3.5);
}

TEST(MedianEstimate, OfOneValueOrEqualOnesHasNoWidth) {
  expect_estimate({}, 0, 0, 0);
  expect_estimate({1.25}, 1.25, 1.25, 1.25);
  expect_estimate({3, 3, 3, 3}, 3, 3, 3);
}

// The median of a draw of three is the smallest with probability 7/27, far above a twentieth.
TEST(MedianEstimate, OfThreeValuesReachesBothEnds) {
  expect_estimate({3, 1, 2}, 2, 1, 3);
}

// Of seven, at or below the smallest with probability 0.010, at or below the second with 0.108: the
// twentieth lies at the second, far from both bounds for two thousand draws.
TEST(MedianEstimate, OfSevenValuesLeavesOutTheOutermost) {
  expect_estimate({7, 6, 5, 4, 3, 2, 1}, 4, 2, 6);
}

TEST(MedianEstimate, IsHardlyMovedByOneWildValue) {
  expect_estimate({1, 2, 3, 4, 5, 6, 1e9}, 4, 2, 6);
}

TEST(MedianEstimate, IsTheSameEveryTime) {
  const Values values{1.1, 0.9, 1.3, 1.0, 1.05, 0.97, 1.2, 1.02, 0.99, 1.15};
  const MedianEstimate first = estimate_median(values);
  expect_estimate(values, first.median, first.low, first.high);
  EXPECT_LT(first.low, first.median);
  EXPECT_GT(first.high, first.median);
}

}  // namespace
}  // namespace tapedeck
