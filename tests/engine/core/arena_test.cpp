// Memory that is only added to: what is given out, where it ends, and the pages ahead.
#include "engine/core/arena.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include <gtest/gtest.h>

#include "tests/support/resident_pages.hpp"

namespace tapedeck {
namespace {

bool is_zero(const std::byte* from, std::size_t bytes) {
  return std::all_of(from, from + bytes, [](std::byte each) { return each == std::byte{0}; });
}

TEST(Arena, GivesOutZeroedPiecesOneAfterAnother) {
  Arena arena{kHugePage};
  std::byte* const first = arena.take(100, 8);
  EXPECT_EQ(first, arena.begin() + 64);
  EXPECT_TRUE(is_zero(arena.begin(), 64 + 100));
  std::memset(first, 0xFF, 100);
  std::byte* const second = arena.take(64, 64);
  EXPECT_EQ(second, arena.begin() + 192);
  EXPECT_TRUE(is_zero(second, 64));
  EXPECT_EQ(arena.used(), 256U);
}

TEST(Arena, RefusesWhatItHasNoRoomForAndGoesOn) {
  Arena arena{kHugePage};
  EXPECT_THROW((void)arena.take(kHugePage, 8), std::bad_alloc);
  EXPECT_THROW((void)arena.take(~std::size_t{0} - 8, 8), std::bad_alloc);
  std::byte* const rest = arena.take(kHugePage - 64, 8);
  EXPECT_EQ(rest + (kHugePage - 64), arena.begin() + kHugePage);
  EXPECT_THROW((void)arena.take(1, 1), std::bad_alloc);
}

TEST(Arena, TellsOncePerPage) {
  Arena arena{4 * kHugePage};
  EXPECT_FALSE(arena.entered_page());
  (void)arena.take(kHugePage, 8);
  EXPECT_TRUE(arena.entered_page());
  EXPECT_FALSE(arena.entered_page());
  (void)arena.take(100, 8);
  EXPECT_FALSE(arena.entered_page());
}

TEST(Arena, PreparesPagesAheadAndNoMore) {
  if (!test::can_populate()) GTEST_SKIP() << "this kernel cannot populate pages";
  Arena arena{8 * kHugePage};
  std::byte* const mine = arena.take(kHugePage, 8);
  std::memset(mine, 0x5A, kHugePage);
  // In use are the first page and a little of the second: the third and the fourth are ahead.
  EXPECT_FALSE(test::is_resident(arena.begin() + 2 * kHugePage));
  EXPECT_TRUE(arena.prepare(2 * kHugePage));
  EXPECT_TRUE(arena.prepare(2 * kHugePage));
  EXPECT_FALSE(arena.prepare(2 * kHugePage));
  EXPECT_TRUE(test::is_resident(arena.begin() + 2 * kHugePage));
  EXPECT_TRUE(test::is_resident(arena.begin() + 3 * kHugePage));
  EXPECT_FALSE(test::is_resident(arena.begin() + 4 * kHugePage));
  EXPECT_TRUE(std::all_of(mine, mine + kHugePage, [](auto b) { return b == std::byte{0x5A}; }));
  EXPECT_TRUE(is_zero(arena.take(kHugePage, 64), kHugePage));
}

TEST(Arena, PreparesNothingBeyondItsEnd) {
  Arena arena{2 * kHugePage};
  int prepared = 0;
  while (arena.prepare(100 * kHugePage)) ++prepared;
  EXPECT_EQ(prepared, 1);
}

}  // namespace
}  // namespace tapedeck
