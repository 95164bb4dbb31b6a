// A clock that leaves out the time during which it was held.
#include "tools/cli/pausable_clock.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace tapedeck::tools {
namespace {

TEST(PausableClock, GoesOnFromWhereItWasHeld) {
  ManualClock steady;
  PausableClock clock{steady};
  steady.advance({100});
  EXPECT_EQ(clock.now(), Nanos{100});
  clock.hold();
  steady.advance({1'000});
  clock.hold();  // does nothing
  EXPECT_EQ(clock.now(), Nanos{100});
  clock.release();
  clock.release();  // does nothing
  EXPECT_EQ(clock.now(), Nanos{100});
  steady.advance({7});
  EXPECT_EQ(clock.now(), Nanos{107});
  clock.hold();
  steady.advance({50});
  clock.release();
  steady.advance({1});
  EXPECT_EQ(clock.now(), Nanos{108});
}

// Returns late, so that other threads read it between its reading and its return.
class LateClock final : public Clock {
 public:
  [[nodiscard]] Nanos now() const override {
    constexpr Nanos kLate{2'000};
    const Nanos time = steady_.now();
    while (steady_.now() - time < kLate) {
    }
    return time;
  }

 private:
  SteadyClock steady_;
};

// Where hold() read the time before it had announced itself, some twenty readings went back.
TEST(PausableClock, NeverGoesBackForAnyThread) {
  const LateClock late;
  PausableClock clock{late};
  std::atomic<bool> over{false};
  std::atomic<u64> backwards{0};
  const auto read = [&] {
    Nanos before = clock.now();
    while (!over) {
      const Nanos now = clock.now();
      if (now < before) ++backwards;
      before = now;
    }
  };
  std::thread one{read}, other{read};
  for (int i = 0; i < 20'000; ++i) {
    clock.hold();
    clock.release();
  }
  over = true;
  one.join();
  other.join();
  EXPECT_EQ(backwards, 0U);
}

}  // namespace
}  // namespace tapedeck::tools
