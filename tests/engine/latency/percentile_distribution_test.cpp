// The percentile file, against one worked by hand and against the histogram it was made from.
#include "engine/latency/percentile_distribution.hpp"

#include <sstream>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "engine/core/text.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck {
namespace {

struct PercentileRow {
  double value = 0, share = 0;
  u64 count = 0;
  double inverse = 0;  // 0 where the column is missing
};

std::vector<PercentileRow> rows_of(const std::string& text) {
  std::vector<PercentileRow> rows;
  for (const std::string& line : split(text, '\n')) {
    std::istringstream columns{line};
    PercentileRow row;
    if (!(columns >> row.value >> row.share >> row.count)) continue;  // the header and the footer
    columns >> row.inverse;
    rows.push_back(row);
  }
  return rows;
}

Histogram recorded(const std::vector<i64>& values) {
  Histogram histogram;
  for (const i64 value : values) histogram.record({value});
  return histogram;
}

// All magnitudes up to 16 s. A prime number of them: no row's share falls exactly on a value.
Histogram scattered(u64 seed) {
  Random random{seed};
  Histogram histogram;
  for (int i = 0; i < 9'973; ++i) {
    histogram.record({static_cast<i64>(random.next() >> (30 + random.below(34)))});
  }
  return histogram;
}

// Quarters: the first value holds up to 25 %, the next to 50 %, the next to 75 %. The squares of
// the distances to the mean, 26.5, come to 7,205.
TEST(PercentileDistribution, IsAsWorkedByHand) {
  EXPECT_EQ(latency::percentile_distribution(recorded({1, 2, 3, 100}), {1}),
            "       Value     Percentile TotalCount 1/(1-Percentile)\n"
            "\n"
            "       1.000 0.000000000000          1           1.00\n"
            "       1.000 0.100000000000          1           1.11\n"
            "       1.000 0.200000000000          1           1.25\n"
            "       2.000 0.300000000000          2           1.43\n"
            "       2.000 0.400000000000          2           1.67\n"
            "       2.000 0.500000000000          2           2.00\n"
            "       3.000 0.550000000000          3           2.22\n"
            "       3.000 0.600000000000          3           2.50\n"
            "       3.000 0.650000000000          3           2.86\n"
            "       3.000 0.700000000000          3           3.33\n"
            "       3.000 0.750000000000          3           4.00\n"
            "     100.000 0.775000000000          4           4.44\n"
            "     100.000 1.000000000000          4\n"
            "#[Mean    =       26.500, StdDeviation   =       42.441]\n"
            "#[Max     =      100.000, Total count    =            4]\n"
            "#[Buckets =           27, SubBuckets     =         2048]\n");
}

TEST(PercentileDistribution, OfNothingHasNoRowsAndZerosBelow) {
  EXPECT_EQ(latency::percentile_distribution(Histogram{}, {1}),
            "       Value     Percentile TotalCount 1/(1-Percentile)\n"
            "\n"
            "#[Mean    =        0.000, StdDeviation   =        0.000]\n"
            "#[Max     =        0.000, Total count    =            0]\n"
            "#[Buckets =           27, SubBuckets     =         2048]\n");
}

TEST(PercentileDistribution, DividesAllThatIsADurationByItsUnit) {
  EXPECT_EQ(latency::percentile_distribution(recorded({500, 1'500}), {1'000}),
            "       Value     Percentile TotalCount 1/(1-Percentile)\n"
            "\n"
            "       0.500 0.000000000000          1           1.00\n"
            "       0.500 0.100000000000          1           1.11\n"
            "       0.500 0.200000000000          1           1.25\n"
            "       0.500 0.300000000000          1           1.43\n"
            "       0.500 0.400000000000          1           1.67\n"
            "       0.500 0.500000000000          1           2.00\n"
            "       1.500 0.550000000000          2           2.22\n"
            "       1.500 1.000000000000          2\n"
            "#[Mean    =        1.000, StdDeviation   =        0.500]\n"
            "#[Max     =        1.500, Total count    =            2]\n"
            "#[Buckets =           27, SubBuckets     =         2048]\n");
}

TEST(PercentileDistribution, RisesFromRowToRowAndEndsWithTheLargestOfAll) {
  for (const u64 seed : test::seeds(10)) {
    SCOPED_TRACE(seed);
    const Histogram histogram = scattered(seed);
    const auto rows = rows_of(latency::percentile_distribution(histogram, {1}));
    ASSERT_GT(rows.size(), 50U);  // five for each time that 9,973 can be halved
    for (std::size_t i = 1; i < rows.size(); ++i) {
      EXPECT_GT(rows[i].share, rows[i - 1].share);
      EXPECT_GE(rows[i].value, rows[i - 1].value);
      EXPECT_GE(rows[i].count, rows[i - 1].count);
    }
    const PercentileRow& last = rows.back();
    EXPECT_EQ(last.value, static_cast<double>(histogram.max().value));
    EXPECT_EQ(last.share, 1);
    EXPECT_EQ(last.count, histogram.count());
    EXPECT_EQ(last.inverse, 0);
  }
}

TEST(PercentileDistribution, HasTheValuesOfTheHistogramsQuantiles) {
  for (const u64 seed : test::seeds(10)) {
    SCOPED_TRACE(seed);
    const Histogram histogram = scattered(seed);
    for (const PercentileRow& row : rows_of(latency::percentile_distribution(histogram, {1}))) {
      EXPECT_EQ(row.value, static_cast<double>(histogram.quantile(row.share).value));
      EXPECT_GE(static_cast<double>(row.count), row.share * 9'973);
      if (row.share < 1) {
        EXPECT_NEAR(row.inverse * (1 - row.share), 1, 0.006);
      }
    }
  }
}

// A thousand: many a share falls exactly on a value, which must not be taken for the next one.
TEST(PercentileDistribution, HasTheValuesOfTheHistogramsQuantilesWhereASharesRankIsWhole) {
  Histogram histogram;
  for (i64 value = 1; value <= 1'000; ++value) histogram.record({value});
  for (const PercentileRow& row : rows_of(latency::percentile_distribution(histogram, {1}))) {
    EXPECT_EQ(row.value, static_cast<double>(histogram.quantile(row.share).value)) << row.share;
  }
}

TEST(PercentileDistribution, EndsWithTheLargestOfAllBeyondTheHistogramsRange) {
  const Histogram histogram = recorded({1, INT64_MAX});
  const auto rows = rows_of(latency::percentile_distribution(histogram, {kNanosPerSecond}));
  EXPECT_NEAR(rows.back().value, 9'223'372'036.855, 0.001);
  EXPECT_EQ(rows.back().count, 2U);
}

}  // namespace
}  // namespace tapedeck
