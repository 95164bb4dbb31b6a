// Which clock is taken on which topology, and what is said where two cores cannot be compared.
#include "engine/system/engine_clock.hpp"

#include <atomic>

#include <gtest/gtest.h>

#include "engine/system/pinning.hpp"

namespace tapedeck::system {
namespace {

// Apart between any two threads: every thread's looks are of its own.
class DisagreeingClock final : public Clock {
 public:
  [[nodiscard]] Nanos now() const override {
    thread_local const Nanos ahead{kNanosPerSecond * ++threads_};
    return steady_.now() + ahead;
  }

 private:
  SteadyClock steady_;
  inline static std::atomic<i64> threads_{0};
};

CpuTopology topology_with(std::optional<bool> steady_tsc) {
  CpuTopology topology;
  topology.steady_tsc = steady_tsc;
  return topology;
}

void expect_chosen_consistently(const EngineClock& chosen) {
  ASSERT_TRUE(chosen.clock);
  EXPECT_TRUE(chosen.name == "tsc" || chosen.name == "monotonic") << chosen.name;
  EXPECT_EQ(chosen.name == "tsc", chosen.why.empty()) << chosen.why;
  EXPECT_NE(chosen.offset.offset.has_value(), !chosen.offset.why_none.empty());
}

TEST(EngineClock, IsTheSystemsWhereTheCounterIsNotKnownToBeSteady) {
  for (const std::optional<bool> steady : {std::optional<bool>{}, std::optional{false}}) {
    const EngineClock chosen = choose_clock(topology_with(steady), allowed_cores());
    expect_chosen_consistently(chosen);
    EXPECT_EQ(chosen.name, "monotonic");
    EXPECT_NE(chosen.why.find("not known to run steadily"), std::string::npos) << chosen.why;
    EXPECT_NE(dynamic_cast<const SteadyClock*>(chosen.clock.get()), nullptr);
  }
}

TEST(EngineClock, OfThisComputerIsNamedAndExplained) {
  const EngineClock chosen = choose_clock(this_cpu_topology(), allowed_cores());
  expect_chosen_consistently(chosen);
  if (!this_cpu_topology().steady_tsc.value_or(false)) {
    EXPECT_EQ(chosen.name, "monotonic");
  }
  const Nanos before = chosen.clock->now();
  EXPECT_GE(chosen.clock->now(), before);
}

TEST(EngineClock, OfOneCoreIsNotComparedAndSaysWhy) {
  const EngineClock chosen = choose_clock(topology_with(true), {allowed_cores().front()});
  expect_chosen_consistently(chosen);
  EXPECT_EQ(chosen.name, "tsc") << "nothing speaks against it";
  EXPECT_FALSE(chosen.offset.offset);
  EXPECT_EQ(chosen.offset.why_none, "this process may use one core only");
}

TEST(ClockOffset, OfOneClockIsWithinTheWayFromCoreToCore) {
  if (allowed_cores().size() < 2) GTEST_SKIP() << "needs two cores";
  const ClockOffset offset = measure_clock_offset(SteadyClock{}, allowed_cores());
  ASSERT_TRUE(offset.offset) << offset.why_none;
  EXPECT_GT(offset.within, Nanos{0});
  EXPECT_FALSE(offset.apart()) << offset.offset->value << " within " << offset.within.value;
}

TEST(ClockOffset, OfAClockThatIsAnotherOnEveryThreadIsApart) {
  if (allowed_cores().size() < 2) GTEST_SKIP() << "needs two cores";
  const ClockOffset offset = measure_clock_offset(DisagreeingClock{}, allowed_cores());
  ASSERT_TRUE(offset.offset) << offset.why_none;
  EXPECT_TRUE(offset.apart()) << offset.offset->value << " within " << offset.within.value;
}

TEST(ClockOffset, ToACoreThatIsNotThereIsNone) {
  const ClockOffset offset = measure_clock_offset(SteadyClock{}, {allowed_cores().front(), 1023});
  EXPECT_FALSE(offset.offset);
  EXPECT_NE(offset.why_none.find("core 1023"), std::string::npos) << offset.why_none;
}

TEST(ClockOffset, IsApartOnlyBeyondHalfARoundTrip) {
  const auto apart = [](std::optional<Nanos> offset) {
    return ClockOffset{offset, Nanos{50}, {}}.apart();
  };
  EXPECT_FALSE(apart({}));
  for (const i64 value : {0, 50, -50}) EXPECT_FALSE(apart(Nanos{value})) << value;
  for (const i64 value : {51, -51, 1'000'000}) EXPECT_TRUE(apart(Nanos{value})) << value;
}

}  // namespace
}  // namespace tapedeck::system
