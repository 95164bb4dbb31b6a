// What callers promise the core's buffers and arenas.
#if defined(NDEBUG) && defined(TAPEDECK_SANITIZED)
#error "a sanitizer build has its asserts, or it proves less than it says"
#endif
#ifndef NDEBUG

#include "tests/support/contract_test.hpp"

#include <array>

#include <gtest/gtest.h>

#include "engine/core/arena.hpp"
#include "engine/core/event.hpp"
#include "engine/core/interval.hpp"
#include "engine/latency/latency_timeline.hpp"

namespace tapedeck {
namespace {

using CoreContractDeathTest = test::ContractTest;

TEST_F(CoreContractDeathTest, AnEventBeyondABuffersRoomStopsADebugBuild) {
  std::array<Event, 1> events;
  EventBuffer buffer{events.data(), 1};
  buffer.push() = Event{};
  EXPECT_DEATH(buffer.push(), "room\\(\\) > 0");
}

TEST_F(CoreContractDeathTest, AnEventTakenBackFromAnEmptyBufferStopsADebugBuild) {
  std::array<Event, 1> events;
  EventBuffer buffer{events.data(), 1};
  EXPECT_DEATH(buffer.pop(), "empty");
}

TEST_F(CoreContractDeathTest, AnAlignmentThatIsNoPowerOfTwoStopsADebugBuild) {
  Arena arena{kHugePage};
  EXPECT_DEATH((void)arena.take(8, 3), "has_single_bit");
}

TEST_F(CoreContractDeathTest, AnAlignmentLargerThanTheArenasOwnStopsADebugBuild) {
  Arena arena{kHugePage};
  EXPECT_DEATH((void)arena.take(0, kHugePage * 2), "kHugePage");
}

TEST_F(CoreContractDeathTest, AnIntervalOfZeroStopsADebugBuild) {
  EXPECT_DEATH((void)floor_to(Nanos{1}, Nanos{0}), "interval");
}

TEST_F(CoreContractDeathTest, ATimelineOfOtherSlicesMergedStopsADebugBuild) {
  latency::LatencyTimeline timeline{Nanos{10}, 2};
  EXPECT_DEATH(timeline.merge(latency::LatencyTimeline{Nanos{20}, 2}), "slice_");
}

}  // namespace
}  // namespace tapedeck

#endif
