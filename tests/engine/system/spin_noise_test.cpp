#include "engine/system/spin_noise.hpp"

#include <gtest/gtest.h>

#include "engine/system/pinning.hpp"

namespace tapedeck::system {
namespace {

// Every look costs 20 ns, and the thousandth 5 us.
class HiccupingClock final : public Clock {
 public:
  [[nodiscard]] Nanos now() const override {
    now_ = now_ + Nanos{++looks_ == 1'000 ? 5'000 : 20};
    return now_;
  }

 private:
  mutable Nanos now_{0};
  mutable u64 looks_ = 0;
};

TEST(SpinNoise, IsTheGapsBetweenLooksAtTheClock) {
  const SpinNoise noise = watch_gaps(HiccupingClock{}, Nanos{100'000});
  EXPECT_EQ(noise.clock_cost(), Nanos{20});
  EXPECT_EQ(noise.worst(), Nanos{5'000});
  EXPECT_EQ(noise.gaps.count(), 4'751U) << "4,750 short ones and the long one";
  EXPECT_EQ(noise.lasted, Nanos{100'000});
}

TEST(SpinNoise, CountsLongGapsAsTaken) {
  // Each gap is 20 ns, but for one of 5 us: a look at the clock is never taken.
  EXPECT_EQ(watch_gaps(HiccupingClock{}, Nanos{100'000}).taken, Nanos{0});
  CoreNoise core;
  EXPECT_EQ(core.share_taken(), 0) << "not measured";
  core.noise = SpinNoise{};
  core.noise->lasted = Nanos{1'000'000'000};
  core.noise->taken = Nanos{250'000'000};
  EXPECT_EQ(core.share_taken(), 0.25);
  core.stolen = 0.5;
  EXPECT_EQ(core.share_taken(), 0.5) << "the larger of both";
}

TEST(StolenTicks, AreTheEighthNumberOfTheCore) {
  const std::string stat =
      "cpu  10 20 30 40 50 60 70 80 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\ncpu1 1 2 3 4 5 6 7 99 9 10\n"
      "cpu10 1 2 3 4 5 6 7 55 9 10\ncpu3 1 2 3\nintr 1\n";
  EXPECT_EQ(stolen_ticks_in(stat, 0), 8U);
  EXPECT_EQ(stolen_ticks_in(stat, 1), 99U);
  EXPECT_EQ(stolen_ticks_in(stat, 10), 55U);
  EXPECT_EQ(stolen_ticks_in(stat, 2), 0U) << "no such core";
  EXPECT_EQ(stolen_ticks_in(stat, 3), 0U) << "an old kernel";
  EXPECT_EQ(stolen_ticks_in("", 0), 0U);
}

TEST(SpinNoise, IsMeasuredOnTheCoresThatAreAskedFor) {
  const std::vector<int> ours = allowed_cores();
  const auto noise = measure_spin_noise({ours.front(), 1'000}, Nanos{1'000'000});
  ASSERT_EQ(noise.size(), 2U);
  ASSERT_TRUE(noise[0].noise) << noise[0].why_none;
  EXPECT_EQ(noise[0].core, ours.front());
  EXPECT_GE(noise[0].noise->lasted, Nanos{1'000'000});
  EXPECT_GT(noise[0].noise->gaps.count(), 0U);
  EXPECT_FALSE(noise[1].noise);
  EXPECT_NE(noise[1].why_none.find("core 1000"), std::string::npos) << noise[1].why_none;
  EXPECT_EQ(allowed_cores(), ours) << "of the thread that asks";
}

}  // namespace
}  // namespace tapedeck::system
