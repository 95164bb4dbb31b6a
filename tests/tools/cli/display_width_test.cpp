// How wide a terminal shows text.
#include "tools/cli/display_width.hpp"

#include <clocale>
#include <cwchar>

#include <gtest/gtest.h>

namespace tapedeck::tools {
namespace {

TEST(DisplayWidth, CountsColumnsAndNotBytes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("day.itch"), 8U);
  EXPECT_EQ(display_width("Z\u00FCrich"), 6U);
  EXPECT_EQ(display_width("\u6771\u8A3C"), 4U);        // wide
  EXPECT_EQ(display_width("e\u0301"), 1U);             // combining
  EXPECT_EQ(display_width("\U0001F4FC"), 2U);          // emoji
  EXPECT_EQ(display_width("\u25B4\u25BE\u2026"), 3U);  // the table's own marks
  EXPECT_EQ(display_width("\xFF\x80"), 2U);            // not UTF-8
}

TEST(DisplayWidth, CutsBetweenCharacters) {
  EXPECT_EQ(beginning_of("a\u6771b", 2), "a");
  EXPECT_EQ(beginning_of("a\u6771b", 3), "a\u6771");
  EXPECT_EQ(beginning_of("e\u0301f", 1), "e\u0301");
  EXPECT_EQ(cut_at_end("abcdef", 6, "~"), "abcdef");
  EXPECT_EQ(cut_at_end("abcdefg", 6, "~"), "abcde~");
  EXPECT_EQ(cut_at_end("ab\u6771\u8A3C", 4, "\u2026"), "ab\u2026");
  EXPECT_EQ(cut_at_end("abc", 1, "~~"), "a");
  EXPECT_EQ(cut_at_end("abc", 0, "~"), "");
  EXPECT_EQ(cut_at_beginning("abcdefg", 4, "~"), "~efg");
  EXPECT_EQ(cut_at_beginning("\u6771\u8A3Cxy", 4, "~"), "~xy");
  EXPECT_EQ(cut_at_beginning("ae\u0301bc", 3, "~"), "~bc");
  EXPECT_EQ(cut_at_beginning("abc", 0, "~"), "");
}

TEST(DisplayWidth, PadsByColumns) {
  EXPECT_EQ(padded_right("\u6771", 4), "\u6771  ");
  EXPECT_EQ(padded_left("\u6771", 4), "  \u6771");
  EXPECT_EQ(padded_left("abcde", 4), "abcde");
}

// The C library has tables of its own, of another version of Unicode. Where both know a character,
// nearly all widths agree.
TEST(DisplayWidth, AgreesWithTheCLibrary) {
  const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (utf8 == nullptr) GTEST_SKIP() << "no locale of UTF-8";
  const locale_t before = ::uselocale(utf8);
  std::size_t known = 0, different = 0;
  for (u32 code = 0x20; code < 0x30000; ++code) {
    const int width = ::wcwidth(static_cast<wchar_t>(code));
    if (width < 0) continue;
    ++known;
    if (static_cast<std::size_t>(width) != columns_of(code)) ++different;
  }
  ::uselocale(before);
  ::freelocale(utf8);
  EXPECT_GT(known, 100'000U);
  EXPECT_LT(different, known / 200) << different << " of " << known;
}

}  // namespace
}  // namespace tapedeck::tools
