#include "engine/core/printable.hpp"

#include <gtest/gtest.h>

namespace tapedeck {
namespace {

TEST(Harmless, EscapesWhatSteersATerminalAndKeepsTheRest) {
  EXPECT_EQ(harmless("plain, 'quoted' and Z\xC3\xBCrich \xE2\x82\xAC \xF0\x9F\x93\xBC"),
            "plain, 'quoted' and Z\xC3\xBCrich \xE2\x82\xAC \xF0\x9F\x93\xBC");
  EXPECT_EQ(harmless("\x1b[2J\x07\r\n\x7f"), "\\x1b[2J\\x07\\x0d\\x0a\\x7f");
  EXPECT_EQ(harmless("\xC2\x9B"
                     "2J"),
            "\\x9b2J")
      << "a control sequence in one character";
  EXPECT_EQ(harmless("a\xE2\x80\xAE"
                     "b"),
            "a\\u202eb")
      << "it turns the direction of writing";
  // Not UTF-8: a lone byte, one that is cut, an overlong form, a surrogate.
  EXPECT_EQ(harmless("\xFF|\xE2\x82"), "\\xff|\\xe2\\x82");
  EXPECT_EQ(harmless("\xC0\x9B"), "\\xc0\\x9b");
  EXPECT_EQ(harmless("\xED\xA0\x80"), "\\xed\\xa0\\x80");
}

// RFC 8259, 8.1, and RFC 3629: JSON is UTF-8. Symbols and paths are arbitrary bytes.
TEST(ValidUtf8, EscapesOnlyBytesThatAreNoUtf8) {
  EXPECT_EQ(valid_utf8("plain \x1b\n Z\xC3\xBCrich \xF0\x9F\x93\xBC"),
            "plain \x1b\n Z\xC3\xBCrich \xF0\x9F\x93\xBC");
  EXPECT_EQ(valid_utf8("a\xFF|\xE2\x82"), "a\\xff|\\xe2\\x82");
  EXPECT_EQ(valid_utf8("\xED\xA0\x80\xC0\x9B"), "\\xed\\xa0\\x80\\xc0\\x9b");
  EXPECT_EQ(valid_utf8(""), "");
}

}  // namespace
}  // namespace tapedeck
