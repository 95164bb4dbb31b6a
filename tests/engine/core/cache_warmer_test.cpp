// Going round through an arena: every line in use comes by, and no other.
#include "engine/core/cache_warmer.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace tapedeck {
namespace {

constexpr std::size_t kPlenty = 4 * CacheWarmer::kMost;

std::size_t offset_of(const Arena& arena, const std::byte* line) {
  return static_cast<std::size_t>(line - arena.begin());
}

TEST(CacheWarmer, PassesEveryLineInUseOnceAndBeginsAnew) {
  Arena arena{kPlenty};
  (void)arena.take(10 * CacheWarmer::kStep + 1, 1);
  const std::size_t lines = (arena.used() + CacheWarmer::kStep - 1) / CacheWarmer::kStep;
  CacheWarmer round{arena};
  for (int time = 0; time < 3; ++time) {
    std::set<std::size_t> seen;
    for (std::size_t step = 0; step < lines; ++step) {
      const std::byte* const line = round.next();
      ASSERT_NE(line, nullptr);
      EXPECT_LT(offset_of(arena, line), arena.used());
      EXPECT_EQ(offset_of(arena, line) % CacheWarmer::kStep, 0U);
      seen.insert(offset_of(arena, line));
    }
    EXPECT_EQ(seen.size(), lines) << "round " << time;
  }
}

TEST(CacheWarmer, GoesOnToWhatIsTakenLater) {
  Arena arena{kPlenty};
  CacheWarmer round{arena};
  ASSERT_NE(round.next(), nullptr);
  const std::size_t before = arena.used();
  (void)arena.take(CacheWarmer::kStep, CacheWarmer::kStep);
  std::size_t furthest = 0;
  for (int step = 0; step < 8; ++step) {
    furthest = std::max(furthest, offset_of(arena, round.next()));
  }
  EXPECT_GE(furthest, before);
  EXPECT_LT(furthest, arena.used());
}

TEST(CacheWarmer, LeavesAloneWhatIsTooMuchToStayWarm) {
  Arena arena{kPlenty};
  (void)arena.take(CacheWarmer::kMost - arena.used(), 1);
  CacheWarmer round{arena};
  EXPECT_NE(round.next(), nullptr);
  (void)arena.take(1, 1);
  EXPECT_EQ(round.next(), nullptr);
}

}  // namespace
}  // namespace tapedeck
