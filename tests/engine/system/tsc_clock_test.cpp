// The processor's counter as a clock, against clocks that it is calibrated by. The thread that
// compares them spins, so that even a counter that stands still in a sleeping core counts on.
#include "engine/system/tsc_clock.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace tapedeck {
namespace {

constexpr Nanos kCalibratedFor{20'000'000};

// Twice as fast as time is.
class HastyClock final : public Clock {
 public:
  [[nodiscard]] Nanos now() const override { return {2 * steady_.now().value}; }

 private:
  SteadyClock steady_;
};

// Of `clock` in so much of `reference`, as a share of that.
double speed_by(const Clock& clock, const Clock& reference, Nanos duration) {
  const Nanos from = reference.now(), clock_from = clock.now();
  while (reference.now() - from < duration) {
  }
  const Nanos took = reference.now() - from, clock_took = clock.now() - clock_from;
  return static_cast<double>(clock_took.value) / static_cast<double>(took.value);
}

// The best of several: a thread that loses its core between two looks says nothing.
double nearest_speed_to(double expected, const Clock& clock, const Clock& reference) {
  double nearest = 0;
  for (int i = 0; i < 5; ++i) {
    const double speed = speed_by(clock, reference, Nanos{50'000'000});
    if (std::abs(speed - expected) < std::abs(nearest - expected)) nearest = speed;
    if (std::abs(nearest - expected) < 0.001) break;
  }
  return nearest;
}

TEST(TscClock, NeverGoesBackOnOneThread) {
  const system::TscClock clock{SteadyClock{}, kCalibratedFor};
  Nanos last = clock.now();
  for (int i = 0; i < 1'000'000; ++i) {
    const Nanos now = clock.now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(TscClock, GoesOnFromTheTimeOfTheClockItWasCalibratedBy) {
  const SteadyClock steady;
  const Nanos before = steady.now();
  const system::TscClock clock{steady, kCalibratedFor};
  EXPECT_GE(clock.now() - before, kCalibratedFor);
}

TEST(TscClock, RunsAsFastAsTheClockItWasCalibratedBy) {
  const SteadyClock steady;
  const system::TscClock clock{steady, kCalibratedFor};
  EXPECT_NEAR(nearest_speed_to(1, clock, steady), 1, 0.01);
}

TEST(TscClock, ByAClockTwiceAsFastHasHalfTheTicksPerNanosecond) {
  const SteadyClock steady;
  const system::TscClock clock{steady, kCalibratedFor}, hasty{HastyClock{}, kCalibratedFor};
  EXPECT_NEAR(hasty.ticks_per_ns() / clock.ticks_per_ns(), 0.5, 0.005);
  EXPECT_NEAR(nearest_speed_to(2, hasty, steady), 2, 0.02);
}

TEST(TscClock, IsCalibratedForAMillisecondAtTheLeast) {
  const SteadyClock steady;
  const Nanos before = steady.now();
  const system::TscClock clock{steady, Nanos{0}};
  EXPECT_GE(steady.now() - before, Nanos{1'000'000});
  EXPECT_GT(clock.ticks_per_ns(), 0);
}

}  // namespace
}  // namespace tapedeck
