// Histograms of many values from seven distributions, against the sorted array of the same values.
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>
#include <sstream>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/histogram.hpp"
#include "engine/core/random.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck {
namespace {

// Sorting is what takes the time: minutes where nothing is optimised or each access is watched.
#ifdef __OPTIMIZE__
constexpr u64 kValues = test::kSanitized ? 100'000 : 10'000'000;
#else
constexpr u64 kValues = 100'000;
#endif
constexpr u64 kSeed = 20260101;

struct Distribution {
  const char* name;
  double (*draw)(Random&);
};

double uniform(Random& random) {
  return static_cast<double>(random.below(1'000'000'000));
}
double exponential(Random& random) {
  return -50'000 * std::log(1 - random.unit());
}
double log_normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.unit()));
  return std::exp(9 + 1.5 * radius * std::cos(2 * std::numbers::pi * random.unit()));
}
// What a hot path looks like with a cold one beside it, and a stall of seconds now and then.
double bimodal_with_a_far_tail(Random& random) {
  if (random.chance(0.0001)) return 5e9 + 1e9 * random.unit();
  return random.chance(0.9) ? 800 + 400 * random.unit() : 20'000 + 4'000 * random.unit();
}
// The mean of such values would not exist if they had no upper end.
double heavy_tailed(Random& random) {
  return std::min(500 / (1 - random.unit()), static_cast<double>(Histogram::kHighest));
}
double constant(Random&) {
  return 123'457;
}
double tiny(Random& random) {
  return static_cast<double>(random.below(11));
}

constexpr Distribution kDistributions[] = {
    {"Uniform", uniform},
    {"Exponential", exponential},
    {"LogNormal", log_normal},
    {"BimodalWithAFarTail", bimodal_with_a_far_tail},
    {"HeavyTailed", heavy_tailed},
    {"Constant", constant},
    {"Tiny", tiny},
};

std::vector<i64> drawn(const Distribution& distribution, u64 count) {
  Random random{kSeed};
  std::vector<i64> values(count);
  for (i64& value : values) value = static_cast<i64>(distribution.draw(random));
  return values;
}

Histogram histogram_of(std::span<const i64> values) {
  Histogram histogram;
  for (const i64 value : values) histogram.record({value});
  return histogram;
}

std::vector<HistogramBucket> buckets_of(const Histogram& histogram) {
  std::vector<HistogramBucket> buckets;
  histogram.for_each_bucket([&](const HistogramBucket& bucket) { buckets.push_back(bucket); });
  return buckets;
}

// What a histogram gets wrong about the values that it should hold, a line each; empty if nothing.
class Differences {
 public:
  Differences(const Histogram& histogram, std::span<const i64> sorted)
      : histogram_(histogram), sorted_(sorted) {
    compare_counts();
    compare_quantiles();
    compare_moments();
  }
  [[nodiscard]] std::string text() const { return text_.str(); }

 private:
  void expect(bool holds, const std::string& what, double got, double exact) {
    if (!holds) text_ << what << ": " << got << " instead of " << exact << '\n';
  }
  void expect_to_three_digits(const std::string& what, i64 got, i64 exact) {
    const bool near = std::abs(got - exact) <= exact / 1'000;
    const bool is_exact = got == exact;
    expect(exact < i64{HistogramBuckets::kExact} ? is_exact : near, what, static_cast<double>(got),
           static_cast<double>(exact));
  }

  void compare_counts() {
    u64 seen = 0;
    for (const HistogramBucket& bucket : buckets_of(histogram_)) {
      seen += bucket.count;
      const auto above = std::ranges::upper_bound(sorted_, bucket.highest.value);
      const auto exact = static_cast<u64>(above - sorted_.begin());
      expect(seen == exact, "count up to " + std::to_string(bucket.highest.value),
             static_cast<double>(seen), static_cast<double>(exact));
    }
    expect(seen == sorted_.size() && histogram_.count() == seen, "count",
           static_cast<double>(histogram_.count()), static_cast<double>(sorted_.size()));
  }
  // Ranks are whole numbers here, so that rounding cannot go wrong in the same way on both sides.
  void compare_quantiles() {
    constexpr u64 kWhole = 10'000;
    for (const u64 part :
         {u64{0}, u64{100}, u64{5'000}, u64{9'000}, u64{9'900}, u64{9'990}, u64{9'999}, kWhole}) {
      const u64 rank = std::max<u64>(1, (sorted_.size() * part + kWhole - 1) / kWhole);
      const double fraction = static_cast<double>(part) / kWhole;
      expect_to_three_digits("quantile " + std::to_string(fraction),
                             histogram_.quantile(fraction).value, sorted_[rank - 1]);
    }
    expect_to_three_digits("min", histogram_.min().value, sorted_.front());
    const i64 max = histogram_.max().value;
    expect(max == sorted_.back(), "max", static_cast<double>(max),
           static_cast<double>(sorted_.back()));
  }
  // A value moves by at most a thousandth of itself, so the mean by as much, and the deviation by a
  // thousandth of the root of the mean square, which is what the triangle inequality leaves it.
  void compare_moments() {
    const auto size = static_cast<double>(sorted_.size());
    const double mean = std::accumulate(sorted_.begin(), sorted_.end(), 0.0) / size;
    double squares = 0, distances = 0;
    for (const i64 value : sorted_) {
      const auto x = static_cast<double>(value);
      squares += x * x;
      distances += (x - mean) * (x - mean);
    }
    const double deviation = std::sqrt(distances / size);
    expect(std::abs(histogram_.mean() - mean) <= mean / 1'000, "mean", histogram_.mean(), mean);
    expect(
        std::abs(histogram_.standard_deviation() - deviation) <= std::sqrt(squares / size) / 1'000,
        "deviation", histogram_.standard_deviation(), deviation);
  }

  const Histogram& histogram_;
  std::span<const i64> sorted_;
  std::ostringstream text_;
};

std::string differences(const Histogram& histogram, std::span<const i64> sorted) {
  return Differences{histogram, sorted}.text();
}

class HistogramModel : public testing::TestWithParam<Distribution> {};

TEST_P(HistogramModel, AgreesWithTheSortedArrayAlsoWhenMergedFromHalves) {
  SCOPED_TRACE(kSeed);
  std::vector<i64> values = drawn(GetParam(), kValues);
  const Histogram whole = histogram_of(values);
  Histogram merged = histogram_of(std::span{values}.first(kValues / 2));
  merged.merge(histogram_of(std::span{values}.subspan(kValues / 2)));
  EXPECT_EQ(buckets_of(merged), buckets_of(whole));

  std::ranges::sort(values);
  EXPECT_EQ(differences(whole, values), "");
  EXPECT_EQ(differences(merged, values), "");
}

INSTANTIATE_TEST_SUITE_P(All, HistogramModel, testing::ValuesIn(kDistributions),
                         [](const auto& instance) { return instance.param.name; });

// The comparison above must be able to fail: a histogram of other values than the array's.
struct HistogramCanary : testing::Test {
  std::vector<i64> sorted = drawn({"LogNormal", log_normal}, 10'000);
  HistogramCanary() { std::ranges::sort(sorted); }

  void expect_reported(std::span<const i64> wrong, const char* line) const {
    const std::string reported = differences(histogram_of(wrong), sorted);
    EXPECT_NE(reported.find(line), std::string::npos) << "not reported: " << line << "; but\n"
                                                      << reported;
  }
};

TEST_F(HistogramCanary, ReportsValuesAHundredthTooLarge) {
  std::vector<i64> wrong = sorted;
  for (i64& value : wrong) value += value / 100 + 1;
  for (const char* line : {"quantile 0.010000", "quantile 0.500000", "quantile 0.999900",
                           "quantile 1.000000", "min", "max", "mean", "deviation", "count up to"}) {
    expect_reported(wrong, line);
  }
}

TEST_F(HistogramCanary, ReportsAValueThatIsMissing) {
  expect_reported(std::span{sorted}.subspan(1), "count: 9999 instead of 10000");
}

TEST_F(HistogramCanary, ReportsOneValueInTheNextBucket) {
  std::vector<i64> wrong = sorted;
  wrong[5'000] += wrong[5'000] / 500;
  expect_reported(wrong, "count up to");
}

TEST_F(HistogramCanary, ReportsNothingOfTheRightValues) {
  EXPECT_EQ(differences(histogram_of(sorted), sorted), "");
}

}  // namespace
}  // namespace tapedeck
