// Latencies that another thread reads while they are counted.
#include "engine/latency/live_latencies.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "engine/core/histogram.hpp"
#include "engine/core/random.hpp"

namespace tapedeck::latency {
namespace {

TEST(LiveLatencies, HaveSizeClassesWithoutGapsThatAreASixteenthWideAtMost) {
  for (std::size_t size = 0; size + 1 < LatencyCounts::kSizes; ++size) {
    const Nanos highest = LatencyCounts::highest_of(size);
    ASSERT_EQ(LatencyCounts::size_of(highest), size);
    ASSERT_EQ(LatencyCounts::size_of({highest.value + 1}), size + 1);
    const i64 lowest = size == 0 ? 0 : LatencyCounts::highest_of(size - 1).value + 1;
    ASSERT_LE((highest.value - lowest) * 16, std::max<i64>(lowest, 1)) << size;
  }
  EXPECT_EQ(LatencyCounts::size_of({-5}), 0U);
  EXPECT_EQ(LatencyCounts::size_of({i64{1} << 60}), LatencyCounts::kSizes - 1);
}

TEST(LiveLatencies, AgreeWithTheHistogramToASizeClass) {
  Random random{7};
  Histogram exact;
  LiveLatencies live;
  for (int i = 0; i < 10'000; ++i) {
    const Nanos latency{static_cast<i64>(random.below(u64{1} << random.below(34)))};
    exact.record(latency);
    live.record(latency);
  }
  LatencyCounts counts;
  live.add_to(counts);
  EXPECT_EQ(counts.count(), exact.count());
  for (const double fraction : {0.01, 0.5, 0.9, 0.99, 1.0}) {
    EXPECT_EQ(LatencyCounts::size_of(counts.quantile(fraction)),
              LatencyCounts::size_of(exact.quantile(fraction)))
        << fraction;
  }
}

TEST(LiveLatencies, OfNothingAreNothingAndCanBeTakenFromOneMomentToTheNext) {
  LiveLatencies live;
  LatencyCounts before, after;
  live.record({1'000});
  live.add_to(before);
  live.record({20});
  live.record({25});
  live.add_to(after);
  EXPECT_EQ(LatencyCounts{}.quantile(0.5), Nanos{0});
  EXPECT_EQ(after.since(before).count(), 2U);
  EXPECT_EQ(after.since(before).quantile(0.5), Nanos{20});
  EXPECT_EQ(after.since(before).quantile(0.99), Nanos{25});
}

TEST(LiveLatencies, AreReadWhileTheyAreCounted) {
  LiveLatencies live;
  constexpr u64 kAll = 100'000;
  std::thread writer{[&] {
    for (u64 i = 0; i < kAll; ++i) live.record({static_cast<i64>(i)});
  }};
  u64 before = 0;
  while (before < kAll) {
    LatencyCounts counts;
    live.add_to(counts);
    ASSERT_GE(counts.count(), before);
    before = counts.count();
  }
  writer.join();
}

}  // namespace
}  // namespace tapedeck::latency
