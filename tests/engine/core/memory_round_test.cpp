// Going round through an arena: every line in use comes by, and no other.
#include "engine/core/memory_round.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace tapedeck {
namespace {

constexpr std::size_t kPlenty = 4 * MemoryRound::kMost;

std::size_t offset_of(const Arena& arena, const std::byte* line) {
  return static_cast<std::size_t>(line - arena.begin());
}

TEST(MemoryRound, PassesEveryLineInUseOnceAndBeginsAnew) {
  Arena arena{kPlenty};
  (void)arena.take(10 * MemoryRound::kStep + 1, 1);
  const std::size_t lines = (arena.used() + MemoryRound::kStep - 1) / MemoryRound::kStep;
  MemoryRound round{arena};
  for (int time = 0; time < 3; ++time) {
    std::set<std::size_t> seen;
    for (std::size_t step = 0; step < lines; ++step) {
      const std::byte* const line = round.next();
      ASSERT_NE(line, nullptr);
      EXPECT_LT(offset_of(arena, line), arena.used());
      EXPECT_EQ(offset_of(arena, line) % MemoryRound::kStep, 0U);
      seen.insert(offset_of(arena, line));
    }
    EXPECT_EQ(seen.size(), lines) << "round " << time;
  }
}

TEST(MemoryRound, GoesOnToWhatIsTakenLater) {
  Arena arena{kPlenty};
  MemoryRound round{arena};
  ASSERT_NE(round.next(), nullptr);
  const std::size_t before = arena.used();
  (void)arena.take(MemoryRound::kStep, MemoryRound::kStep);
  std::size_t furthest = 0;
  for (int step = 0; step < 8; ++step) {
    furthest = std::max(furthest, offset_of(arena, round.next()));
  }
  EXPECT_GE(furthest, before);
  EXPECT_LT(furthest, arena.used());
}

TEST(MemoryRound, LeavesAloneWhatIsTooMuchToStayWarm) {
  Arena arena{kPlenty};
  (void)arena.take(MemoryRound::kMost - arena.used(), 1);
  MemoryRound round{arena};
  EXPECT_NE(round.next(), nullptr);
  (void)arena.take(1, 1);
  EXPECT_EQ(round.next(), nullptr);
}

}  // namespace
}  // namespace tapedeck
