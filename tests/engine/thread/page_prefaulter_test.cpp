// The thread that keeps pages ready: ahead of every owner, never in his way.
#include "engine/thread/page_prefaulter.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include "tests/support/resident_pages.hpp"

namespace tapedeck::thread {
namespace {

TEST(PagePrefaulter, KeepsTheNextPagesOfEveryArenaReady) {
  if (!test::can_populate()) GTEST_SKIP() << "this kernel cannot populate pages";
  Arena first{16 * kHugePage};
  Arena second{16 * kHugePage};
  PagePrefaulter prefaulter{{&first, &second}};
  for (Arena* const arena : {&first, &second}) {
    ASSERT_TRUE(test::becomes_resident(arena->begin() + kHugePage));
    for (std::size_t page = 1; page <= 3; ++page) {
      (void)arena->take(kHugePage, 8);
      prefaulter.look_after(*arena);
      ASSERT_TRUE(test::becomes_resident(arena->begin() + (page + 2) * kHugePage)) << page;
    }
  }
}

TEST(PagePrefaulter, LeavesWhatOwnersWriteAlone) {
  constexpr std::size_t kPiece = kHugePage / 8;
  constexpr int kPieces = 64;
  Arena arena{10 * kHugePage};
  std::vector<std::byte*> pieces;
  {
    PagePrefaulter prefaulter{{&arena}};
    for (int i = 0; i < kPieces; ++i) {
      pieces.push_back(arena.take(kPiece, 8));
      prefaulter.look_after(arena);
      std::memset(pieces.back(), i + 1, kPiece);
    }
  }
  for (int i = 0; i < kPieces; ++i) {
    const std::byte* const piece = pieces[static_cast<std::size_t>(i)];
    EXPECT_EQ(piece[0], static_cast<std::byte>(i + 1));
    EXPECT_EQ(std::memcmp(piece, piece + 1, kPiece - 1), 0) << "piece " << i;
  }
}

TEST(PagePrefaulter, EndsWithNothingToDo) {
  const PagePrefaulter without_arenas{{}};
  Arena arena{kHugePage};
  const PagePrefaulter with_a_full_one{{&arena}};
}

}  // namespace
}  // namespace tapedeck::thread
