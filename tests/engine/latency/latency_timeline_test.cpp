// Counts by slice of time and by size: sizes that can be turned back, and slices without an end.
#include "engine/latency/latency_timeline.hpp"

#include <gtest/gtest.h>

#include "engine/core/random.hpp"

namespace tapedeck {
namespace {

constexpr Nanos kLongestSized{100 * kNanosPerSecond};

u64 counted_in(const latency::LatencyTimeline& timeline, std::size_t slice) {
  u64 sum = 0;
  for (std::size_t size = 0; size < latency::LatencyTimeline::kSizes; ++size) {
    sum += timeline.count(slice, size);
  }
  return sum;
}

TEST(LatencyTimeline, SizesNeverGetSmallerAsLatenciesGrow) {
  std::size_t last = 0;
  for (i64 value = 1; value < kLongestSized.value; value += 1 + value / 1'000) {
    const std::size_t size = latency::LatencyTimeline::size_of(Nanos{value});
    ASSERT_GE(size, last) << value;
    last = size;
  }
  EXPECT_LT(latency::LatencyTimeline::size_of(kLongestSized), latency::LatencyTimeline::kSizes - 1)
      << "the last size is left for what is longer";
}

TEST(LatencyTimeline, ALatencyLiesBetweenItsSizesLowestAndTheNext) {
  Random random{1};
  for (int i = 0; i < 1'000'000; ++i) {
    const Nanos latency{1 + static_cast<i64>(random.next() >> (27 + random.below(36)))};
    const std::size_t size = latency::LatencyTimeline::size_of(latency);
    ASSERT_LE(latency::LatencyTimeline::lowest_of(size), latency);
    ASSERT_TRUE(size + 1 == latency::LatencyTimeline::kSizes ||
                latency::LatencyTimeline::lowest_of(size + 1) > latency || latency.value < 4)
        << latency.value;
  }
}

TEST(LatencyTimeline, TheLowestOfASizeIsOfThatSizeAndTheOneBelowIsNot) {
  // Below four nanoseconds a quarter of a power of two is less than a nanosecond.
  for (std::size_t size = 8; size < latency::LatencyTimeline::kSizes; ++size) {
    const Nanos lowest = latency::LatencyTimeline::lowest_of(size);
    EXPECT_EQ(latency::LatencyTimeline::size_of(lowest), size);
    EXPECT_LT(latency::LatencyTimeline::size_of(Nanos{lowest.value - 1}), size);
  }
}

TEST(LatencyTimeline, LatenciesOfNoSizeGoToTheFirstAndTheLast) {
  EXPECT_EQ(latency::LatencyTimeline::size_of(Nanos{0}), 0U);
  EXPECT_EQ(latency::LatencyTimeline::size_of(Nanos{1}), 0U);
  EXPECT_EQ(latency::LatencyTimeline::size_of(Nanos{INT64_MAX}),
            latency::LatencyTimeline::kSizes - 1);
}

TEST(LatencyTimeline, SlicesBeginWithTheOrigin) {
  latency::LatencyTimeline timeline{Nanos{100}, 3};
  const std::size_t size = latency::LatencyTimeline::size_of(Nanos{7});
  for (const i64 at : {0, 99, 100, 299}) timeline.record(Nanos{at}, Nanos{7});
  EXPECT_EQ(timeline.count(0, size), 2U);
  EXPECT_EQ(timeline.count(1, size), 1U);
  EXPECT_EQ(timeline.count(2, size), 1U);
}

TEST(LatencyTimeline, WhatComesAfterTheLastSliceCountsAsOfIt) {
  latency::LatencyTimeline timeline{Nanos{100}, 3};
  for (const i64 at : {0, 300, 1'000'000'000}) timeline.record(Nanos{at}, Nanos{7});
  EXPECT_EQ(counted_in(timeline, 0), 1U);
  EXPECT_EQ(counted_in(timeline, 2), 2U);
}

TEST(LatencyTimeline, WhatComesBeforeTheOriginCountsAsOfTheFirstSlice) {
  latency::LatencyTimeline timeline{Nanos{100}, 3};
  for (const i64 at : {50, -400}) timeline.record(Nanos{at}, Nanos{7});
  EXPECT_EQ(counted_in(timeline, 0), 2U);
}

TEST(LatencyTimeline, NegativeLatenciesAreNotCounted) {
  latency::LatencyTimeline timeline{Nanos{100}, 3};
  timeline.record(Nanos{0}, Nanos{-1});
  for (std::size_t slice = 0; slice < 3; ++slice) EXPECT_EQ(counted_in(timeline, slice), 0U);
}

TEST(LatencyTimeline, MergingAddsSliceBySlice) {
  latency::LatencyTimeline one{Nanos{100}, 3}, other{Nanos{100}, 3}, sum;
  one.record(Nanos{0}, Nanos{7});
  other.record(Nanos{90}, Nanos{7});
  other.record(Nanos{250}, Nanos{8'000});
  sum.merge(one);
  sum.merge(other);
  EXPECT_EQ(sum.slices(), 3U);
  EXPECT_EQ(sum.slice(), Nanos{100});
  EXPECT_EQ(sum.count(0, latency::LatencyTimeline::size_of(Nanos{7})), 2U);
  EXPECT_EQ(sum.count(2, latency::LatencyTimeline::size_of(Nanos{8'000})), 1U);
  EXPECT_EQ(counted_in(sum, 0) + counted_in(sum, 1) + counted_in(sum, 2), 3U);
}

TEST(LatencyTimeline, KeepsNothingWithoutSlices) {
  latency::LatencyTimeline none, no_length{Nanos{0}, 3};
  none.record(Nanos{0}, Nanos{7});
  no_length.record(Nanos{0}, Nanos{7});
  EXPECT_EQ(none.slices(), 0U);
  EXPECT_EQ(no_length.slices(), 0U);
}

}  // namespace
}  // namespace tapedeck
