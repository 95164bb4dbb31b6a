#include "engine/core/histogram.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck {
namespace {

TEST(Histogram, IsExactForShortDurations) {
  Histogram histogram;
  for (i64 value = 0; value < 2'000; ++value) histogram.record({value});
  EXPECT_EQ(histogram.quantile(0.5), Nanos{999});
  EXPECT_EQ(histogram.quantile(1), Nanos{1'999});
  EXPECT_EQ(histogram.count(), 2'000U);
}

TEST(Histogram, AgreesWithASortedArrayToThreeDigits) {
  for (const u64 seed : test::seeds(20)) {
    SCOPED_TRACE(seed);
    Random random{seed};
    Histogram histogram;
    std::vector<i64> values;
    for (int i = 0; i < 10'000; ++i) {
      // Over all magnitudes up to 70 s.
      values.push_back(static_cast<i64>(random.next() >> (28 + random.below(36))));
      histogram.record({values.back()});
    }
    std::ranges::sort(values);
    for (const double fraction : {0.0001, 0.01, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
      const auto rank =
          std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(fraction * 10'000)));
      const auto exact = static_cast<double>(values[rank - 1]);
      const auto got = static_cast<double>(histogram.quantile(fraction).value);
      EXPECT_GE(got, exact);
      EXPECT_LE(got, exact * 1.001 + 1);
    }
    EXPECT_EQ(histogram.max().value, values.back());
  }
}

TEST(Histogram, NeverTakesARankTooLow) {
  Histogram histogram;
  for (i64 value = 1; value <= 160; ++value) histogram.record({value});
  EXPECT_EQ(histogram.quantile(0.99), Nanos{159});
}

// In doubles 0.55 * 100 and 0.07 * 100 are a little more than 55 and 7.
TEST(Histogram, NeverTakesARankTooHigh) {
  Histogram histogram;
  for (i64 value = 1; value <= 100; ++value) histogram.record({value});
  for (i64 percent = 1; percent <= 100; ++percent) {
    EXPECT_EQ(histogram.quantile(static_cast<double>(percent) / 100), Nanos{percent});
  }
}

TEST(Histogram, CountsNegativeDurationsAndWrapsNone) {
  Histogram histogram;
  histogram.record({-1});
  histogram.record({INT64_MIN});
  EXPECT_EQ(histogram.negative(), 2U);
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.quantile(0.99), Nanos{0});
}

TEST(Histogram, KeepsTheLargestExactlyBeyondItsRange) {
  Histogram histogram;
  histogram.record({INT64_MAX});
  EXPECT_EQ(histogram.max().value, INT64_MAX);
  EXPECT_EQ(histogram.quantile(1).value, INT64_MAX);
  EXPECT_EQ(histogram.count(), 1U);
}

TEST(Histogram, HasTheMeanAndDeviationOfAllItsValues) {
  Histogram histogram;
  for (const i64 value : {2, 4, 4, 4, 5, 5, 7, 9}) histogram.record({value});
  EXPECT_EQ(histogram.mean(), 5);
  EXPECT_EQ(histogram.standard_deviation(), 2);
  EXPECT_EQ(histogram.min(), Nanos{2});
}

TEST(Histogram, OfNothingIsZeroThroughout) {
  const Histogram histogram;
  EXPECT_EQ(histogram.min(), Nanos{0});
  EXPECT_EQ(histogram.mean(), 0);
  EXPECT_EQ(histogram.standard_deviation(), 0);
  histogram.for_each_bucket([](const HistogramBucket&) { ADD_FAILURE(); });
}

TEST(Histogram, ShowsTheBucketsInUseUpwardsAndTheLargestAsItWas) {
  Histogram histogram;
  for (const i64 value : {5'002, 7, 5'001, 7, 1'000'001}) histogram.record({value});
  std::vector<HistogramBucket> buckets;
  histogram.for_each_bucket([&](const HistogramBucket& bucket) { buckets.push_back(bucket); });
  // 5,000 to 5,003 are one bucket, and so are 999,936 to 1,000,447.
  const std::vector<HistogramBucket> expected{
      {{7}, {7}, 2}, {{5'003}, {5'002}, 2}, {{1'000'001}, {1'000'192}, 1}};
  EXPECT_EQ(buckets, expected);
}

TEST(Histogram, MergesAsIfAllHadBeenRecordedInOne) {
  Random random{9};
  Histogram all, even, odd;
  for (int i = 0; i < 10'000; ++i) {
    const Nanos value{static_cast<i64>(random.below(1'000'000'000))};
    all.record(value);
    (i % 2 == 0 ? even : odd).record(value);
  }
  even.merge(odd);
  EXPECT_EQ(even.count(), all.count());
  EXPECT_EQ(even.max(), all.max());
  for (const double fraction : {0.1, 0.5, 0.99}) {
    EXPECT_EQ(even.quantile(fraction), all.quantile(fraction));
  }
}

}  // namespace
}  // namespace tapedeck
