#include "feeds/simulated/instrument_flow.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "feeds/simulated/exponential.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::simulated {
namespace {

struct Step {
  double time;
  u64 id;
  Action::Kind kind;
  friend bool operator==(const Step&, const Step&) = default;
};

InstrumentFlow opened(u64 seed) {
  FlowOptions options;
  options.seed = seed;
  InstrumentFlow flow{options};
  while (flow.open_next()) {
  }
  return flow;
}

void run_until(InstrumentFlow& flow, double end, std::vector<Step>& steps) {
  while (flow.next_time() < end) {
    const double time = flow.next_time();
    if (const auto action = flow.step()) steps.push_back({time, action->order.id, action->kind});
  }
}

TEST(PortableLog, IsTheLogarithm) {
  for (const double x : {1e-300, 1e-17, 0.1, 0.5, 0.70710678, 0.99999, 1.0, 2.718281828, 1e10}) {
    EXPECT_NEAR(portable_log(x), std::log(x), 1e-13 * std::max(1.0, std::fabs(std::log(x)))) << x;
  }
}

TEST(Exponential, HasMeanAndVarianceOfOne) {
  Random random{7};
  constexpr int kDraws = 1'000'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double draw = exponential(random);
    ASSERT_GT(draw, 0);
    sum += draw;
    squares += draw * draw;
  }
  const double mean = sum / kDraws;
  EXPECT_NEAR(mean, 1, 0.005);
  EXPECT_NEAR(squares / kDraws - mean * mean, 1, 0.01);
}

TEST(InstrumentFlow, IsTheSameInOneWindowAndInMany) {
  InstrumentFlow whole = opened(3);
  std::vector<Step> of_whole;
  run_until(whole, 500, of_whole);

  InstrumentFlow cut = opened(3);
  std::vector<Step> of_cut;
  for (double end = 0.25; end <= 500; end += 0.25) run_until(cut, end, of_cut);
  EXPECT_GT(of_whole.size(), 10'000U);
  EXPECT_EQ(of_whole, of_cut);
}

TEST(InstrumentFlow, OfAnotherSeedIsAnother) {
  InstrumentFlow one = opened(3);
  InstrumentFlow other = opened(4);
  std::vector<Step> of_one;
  std::vector<Step> of_other;
  run_until(one, 10, of_one);
  run_until(other, 10, of_other);
  EXPECT_NE(of_one, of_other);
}

TEST(InstrumentFlow, NeverCrossesItsBook) {
  for (const u64 seed : test::seeds(5)) {
    // So few orders that sides are empty all the time.
    FlowOptions options;
    options.seed = seed;
    options.model = {0.05, 1.9, 0.2, 20, 1};
    InstrumentFlow flow{options};
    while (flow.open_next()) {
    }
    u64 empty = 0;
    for (int i = 0; i < 50'000; ++i) {
      (void)flow.step();
      const VenueBook& book = flow.book();
      if (!book.has(Side::bid) || !book.has(Side::ask)) {
        ++empty;
        continue;
      }
      ASSERT_LT(book.best(Side::bid), book.best(Side::ask)) << "seed " << seed << ", step " << i;
    }
    EXPECT_GT(empty, 1'000U);
  }
}

TEST(InstrumentFlow, KeepsInTheMeanAsManyOrdersAsItOpensWith) {
  FlowOptions options;
  InstrumentFlow flow{options};
  u32 opening = 0;
  while (flow.open_next()) ++opening;
  double orders = 0;
  constexpr int kSteps = 400'000;
  for (int i = 0; i < kSteps; ++i) {
    (void)flow.step();
    orders += flow.book().live();
  }
  EXPECT_EQ(opening, 380U);
  EXPECT_NEAR(orders / kSteps, opening, 0.03 * opening);
}

TEST(InstrumentFlow, GivesEveryOrderAnIdOfItsOwnSeries) {
  FlowOptions options;
  options.first_id = 3;
  options.id_step = 10;
  InstrumentFlow flow{options};
  u64 expected = 3;
  while (const auto action = flow.open_next()) {
    EXPECT_EQ(action->order.id, expected);
    expected += 10;
  }
}

}  // namespace
}  // namespace tapedeck::simulated
