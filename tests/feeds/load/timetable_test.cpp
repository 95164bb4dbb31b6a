// Timetables against what their shapes promise, message by message.
#include "feeds/load/timetable.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/scale.hpp"

namespace tapedeck::open_loop {
namespace {

std::vector<Nanos> times_of(const Load& load, u64 messages) {
  Timetable table{load};
  std::vector<Nanos> times;
  for (u64 i = 0; i < messages; ++i) times.push_back(table.next(Nanos{}));
  return times;
}

std::vector<i64> recorded_times(double speed, const std::vector<i64>& exchange_times) {
  Timetable table{{.shape = Shape::recorded, .speed = speed}};
  std::vector<i64> times;
  for (const i64 time : exchange_times) times.push_back(table.next(Nanos{time}).value);
  return times;
}

TEST(Timetable, ConstantIsEven) {
  const std::vector<Nanos> times = times_of({.messages_per_s = 100'000}, 1'000);
  for (std::size_t i = 0; i < times.size(); ++i) {
    ASSERT_EQ(times[i].value, static_cast<i64>(i) * 10'000);
  }
}

// A third of a microsecond is no whole number of nanoseconds: rounding has something to add up.
TEST(Timetable, ConstantDoesNotDriftOverMillionsOfMessages) {
  Timetable table{{.messages_per_s = 3'000'000}};
  i64 furthest = 0;
  for (u64 i = 0; i < test::scaled(10'000'000); ++i) {
    const auto exact = static_cast<i64>(i * 1'000 / 3);
    furthest = std::max(furthest, std::abs(table.next(Nanos{}).value - exact));
  }
  EXPECT_LE(furthest, 1);
}

TEST(Timetable, PoissonHasTheMeanThatIsAskedFor) {
  constexpr u64 kMessages = 1'000'000;
  const Nanos last =
      times_of({.shape = Shape::poisson, .messages_per_s = 50'000}, kMessages).back();
  EXPECT_NEAR(static_cast<double>(last.value) / kMessages, 20'000, 200);
}

TEST(Timetable, PoissonGapsAreExponential) {
  constexpr u64 kMessages = 1'000'000;
  const auto times = times_of({.shape = Shape::poisson, .messages_per_s = 50'000}, kMessages);
  u64 longer_than_mean = 0, longer_than_twice = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const i64 gap = (times[i] - times[i - 1]).value;
    longer_than_mean += gap > 20'000;
    longer_than_twice += gap > 40'000;
  }
  constexpr double kE = std::numbers::e;
  EXPECT_NEAR(static_cast<double>(longer_than_mean) / kMessages, 1 / kE, 0.005);
  EXPECT_NEAR(static_cast<double>(longer_than_twice) / kMessages, 1 / (kE * kE), 0.005);
}

TEST(Timetable, PoissonIsTheSameForTheSameSeedOnly) {
  const auto times = [](u64 seed) {
    return times_of({.shape = Shape::poisson, .seed = seed}, 1'000);
  };
  EXPECT_EQ(times(7), times(7));
  EXPECT_NE(times(7), times(8));
}

TEST(Timetable, BurstsLieInTheFirstShareOfEveryPeriod) {
  constexpr i64 kPeriod = 10'000'000, kBurst = 2'000'000;
  const std::vector<Nanos> times = times_of(
      {.shape = Shape::bursts, .messages_per_s = 70'000, .period = {kPeriod}, .share = 0.2},
      70'000);
  std::vector<u64> of_period(101);
  for (const Nanos time : times) {
    ASSERT_LE(time.value % kPeriod, kBurst) << time.value;
    ++of_period.at(static_cast<std::size_t>(time.value / kPeriod));
  }
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_NEAR(static_cast<double>(of_period[i]), 700, 1) << "period " << i;
  }
  EXPECT_LE(of_period[100], 1U) << "70,000 messages are a second's";
}

// Which period a message belongs to, without rounding: those of the messages before it may fill
// some number of periods to the last one.
i64 period_of(u64 message, u64 messages_per_s, i64 period) {
  __extension__ using u128 = unsigned __int128;
  return static_cast<i64>(static_cast<u128>(message) * kNanosPerSecond /
                          (static_cast<u128>(messages_per_s) * static_cast<u64>(period)));
}

void expect_bursts(u64 messages_per_s, i64 period, double share) {
  SCOPED_TRACE(std::to_string(messages_per_s) + " a second, period " + std::to_string(period) +
               ", share " + std::to_string(share));
  Timetable table{{.shape = Shape::bursts,
                   .messages_per_s = static_cast<double>(messages_per_s),
                   .period = {period},
                   .share = share}};
  const double longest = static_cast<double>(period) * share;
  Nanos last{0};
  for (u64 message = 0; message < test::scaled(20'000); ++message) {
    const Nanos time = table.next(Nanos{});
    ASSERT_GE(time, last) << "message " << message;
    ASSERT_EQ(time.value / period, period_of(message, messages_per_s, period)) << message;
    ASSERT_LE(static_cast<double>(time.value % period), longest) << message;
    last = time;
  }
}

// At 110,000 and 470,000 a second, periods' beginnings are among the times that rounding makes
// less.
TEST(Timetable, EveryMessageLiesInTheFirstShareOfItsOwnPeriod) {
  for (const double share : {0.001, 0.1, 0.3, 1.0}) {
    for (const u64 rate : {1'000U, 7'000U, 30'000U, 110'000U, 123'457U, 470'000U, 3'000'000U}) {
      for (const i64 period : {1'000'000, 3'000'000, 7'000'000, 10'000'000, 333'333'333}) {
        expect_bursts(rate, period, share);
      }
    }
  }
}

TEST(Timetable, RandomBurstsHoldTheirMessagesToo) {
  Random random{5};
  const auto share = [&random] { return static_cast<double>(1 + random.below(1'000)) / 1'000; };
  for (u64 i = 0; i < test::scaled(200); ++i) {
    const u64 thousands = 1 + random.below(1'000);
    const i64 millis = static_cast<i64>(1 + random.below(50));
    expect_bursts(1'000 * thousands, 1'000'000 * millis, share());  // whole messages a period
    expect_bursts(1 + random.below(10'000'000), static_cast<i64>(1'000 + random.below(50'000'000)),
                  share());
  }
}

TEST(Timetable, BurstsOfTheWholePeriodAreConstant) {
  EXPECT_EQ(times_of({.shape = Shape::bursts, .messages_per_s = 100'000, .share = 1}, 10'000),
            times_of({.messages_per_s = 100'000}, 10'000));
}

TEST(Timetable, RecordedFollowsExchangeTimesFromTheFirstOn) {
  const std::vector<i64> recorded{5'000, 5'000, 5'700, 9'000};
  EXPECT_EQ(recorded_times(1, recorded), (std::vector<i64>{0, 0, 700, 4'000}));
  EXPECT_EQ(recorded_times(10, recorded), (std::vector<i64>{0, 0, 70, 400}));
  EXPECT_EQ(recorded_times(100, recorded), (std::vector<i64>{0, 0, 7, 40}));
}

TEST(Timetable, RecordedTimesThatGoBackCountAsTheLatest) {
  EXPECT_EQ(recorded_times(1, {1'000, 3'000, 2'000, 500, 3'001}),
            (std::vector<i64>{0, 2'000, 2'000, 2'000, 2'001}));
}

TEST(Timetable, RecordedTimesThatAreFarAwayFollowAtOnce) {
  constexpr i64 kHour = 3'600'000'000'000;
  EXPECT_EQ(recorded_times(1, {1'000, 2'000, 5 * kHour, 5 * kHour + 700, 3'000, 3'500}),
            (std::vector<i64>{0, 1'000, 1'000, 1'700, 1'700, 2'200}));
  EXPECT_EQ(recorded_times(1, {INT64_MAX, INT64_MIN, 0, 8}), (std::vector<i64>{0, 0, 0, 8}));
}

TEST(Timetable, NeverGoesBackWhateverTheShape) {
  for (const Shape shape : {Shape::constant, Shape::poisson, Shape::bursts, Shape::recorded}) {
    Timetable table{{.shape = shape, .messages_per_s = 777'777, .speed = 3}};
    Random random{3};
    Nanos last{0};
    for (int i = 0; i < 200'000; ++i) {
      const Nanos exchange_time{i * 1'000 + static_cast<i64>(random.below(5'000))};
      const Nanos time = table.next(exchange_time);
      ASSERT_GE(time, last) << "shape " << static_cast<int>(shape) << ", message " << i;
      last = time;
    }
  }
}

}  // namespace
}  // namespace tapedeck::open_loop
