// The ticks of charts are round, for any range, and lie where their texts say.
#include "tools/lab/chart_ticks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "engine/core/units.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::tools {
namespace {

// 1, 2 or 5 times a power of ten.
bool is_round(double value) {
  const double mantissa = value / std::pow(10, std::floor(std::log10(value) + 1e-9));
  return std::ranges::any_of(std::array{1.0, 2.0, 5.0},
                             [&](double digit) { return std::abs(mantissa - digit) < 1e-6; });
}

Nanos time_of(std::string text) {
  std::erase(text, ' ');
  const auto time = parse_duration(text);
  EXPECT_TRUE(time) << text;
  return time.value_or(Nanos{0});
}

LogScale random_scale(Random& random) {
  const double low = std::pow(10, static_cast<double>(random.below(9'000)) / 1'000);
  return rounded_out({low, low * std::pow(10, static_cast<double>(random.below(8'000)) / 1'000)});
}

TEST(ChartTicks, OfTimesAreRoundAndWhereTheyBelongForAnyRange) {
  for (const u64 seed : test::seeds(500)) {
    Random random{seed};
    const LogScale scale = random_scale(random);
    const std::vector<ChartTick> ticks = time_ticks(scale);
    std::set<std::string> texts;
    for (const ChartTick& tick : ticks) {
      ASSERT_TRUE(is_round(scale.value_at(tick.at))) << scale.low << " to " << scale.high;
      if (tick.text.empty()) continue;
      const Nanos time = time_of(tick.text);
      ASSERT_TRUE(is_round(static_cast<double>(time.value))) << tick.text;
      ASSERT_NEAR(scale.at(static_cast<double>(time.value)), tick.at, 1e-9) << tick.text;
      ASSERT_TRUE(texts.insert(tick.text).second) << tick.text << " twice";
    }
    ASSERT_GE(texts.size(), scale.low == scale.high ? 1U : 2U) << scale.low << " " << scale.high;
  }
}

TEST(ChartTicks, OfTimesNameMoreThanPowersOfTenOnlyWhereThoseAreFew) {
  const auto texts = [](const LogScale& scale) {
    std::vector<std::string> named;
    for (const ChartTick& tick : time_ticks(scale)) {
      if (!tick.text.empty()) named.push_back(tick.text);
    }
    return named;
  };
  using Texts = std::vector<std::string>;
  EXPECT_EQ(texts({20, 1'000}), (Texts{"20 ns", "50 ns", "100 ns", "200 ns", "500 ns", "1 us"}));
  EXPECT_EQ(texts({500, 50'000'000}), (Texts{"1 us", "10 us", "100 us", "1 ms", "10 ms"}));
  EXPECT_EQ(time_ticks({500, 50'000'000}).size(), 16U);
}

TEST(ChartTicks, OfElapsedTimeHaveEqualRoundStepsAndOneUnit) {
  for (const u64 seed : test::seeds(500)) {
    Random random{seed};
    const Nanos whole{
        static_cast<i64>(std::pow(10, 1 + static_cast<double>(random.below(12'000)) / 1'000))};
    const std::vector<ChartTick> ticks = elapsed_ticks(whole);
    ASSERT_GE(ticks.size(), 5U) << whole.value;
    ASSERT_LE(ticks.size(), 11U) << whole.value;
    EXPECT_EQ(ticks[0].text, "0");
    EXPECT_EQ(ticks[0].at, 0);
    const Nanos step = time_of(ticks[1].text);
    ASSERT_TRUE(is_round(static_cast<double>(step.value))) << ticks[1].text;
    for (std::size_t i = 1; i < ticks.size(); ++i) {
      const Nanos time = time_of(ticks[i].text);
      ASSERT_EQ(time.value, step.value * static_cast<i64>(i)) << ticks[i].text;
      ASSERT_NEAR(ticks[i].at * static_cast<double>(whole.value), static_cast<double>(time.value),
                  1e-3);
      ASSERT_LE(ticks[i].at, 1 + 1e-8);
      const auto unit = [](const std::string& text) { return text.substr(text.find(' ')); };
      ASSERT_EQ(unit(ticks[i].text), unit(ticks[1].text));
    }
  }
  // As it was: tenths of whatever the length is.
  EXPECT_EQ(elapsed_ticks({7 * kNanosPerSecond})[1].text, "1 s");
  EXPECT_EQ(elapsed_ticks({5 * kNanosPerSecond})[1].text, "0.5 s");
  EXPECT_TRUE(elapsed_ticks({0}).empty());
}

TEST(ChartTicks, OfRatesAreRoundAndKeepTheirDistance) {
  for (const u64 seed : test::seeds(200)) {
    Random random{seed};
    const LogScale scale = random_scale(random);
    double last = -1;
    for (const ChartTick& tick : rate_ticks(scale, 0.07)) {
      ASSERT_TRUE(is_round(scale.value_at(tick.at)));
      if (tick.text.empty()) continue;
      ASSERT_GE(tick.at - last, 0.07);
      last = tick.at;
    }
  }
}

TEST(ChartTicks, HaveScalesThatAreLetOutToTheNextRoundNumbers) {
  const auto expect = [](LogScale from, double low, double high) {
    const LogScale scale = rounded_out(from);
    EXPECT_NEAR(scale.low, low, low * 1e-9);
    EXPECT_NEAR(scale.high, high, high * 1e-9);
  };
  expect({37, 812}, 20, 1'000);
  expect({50, 2'000}, 50, 2'000);
  expect({0, 3}, 1, 5);
  expect({99, 99}, 50, 100);
}

}  // namespace
}  // namespace tapedeck::tools
