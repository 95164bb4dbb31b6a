// What a user's words for symbols mean, and what is said of words that mean none.
#include "feeds/common/symbol_selection.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace tapedeck::feeds {
namespace {

TEST(SymbolSelection, AWordMeansItsSymbol) {
  const SymbolSelection selection{"GOOG", "BACpA"};
  EXPECT_TRUE(selection.contains("GOOG"));
  EXPECT_TRUE(selection.contains("BACpA"));
  EXPECT_FALSE(selection.contains("BACPA"));
  EXPECT_FALSE(selection.contains("GOOGL"));
  EXPECT_FALSE(selection.contains(""));
  EXPECT_FALSE(selection.empty());
}

TEST(SymbolSelection, APatternMeansAllThatFit) {
  EXPECT_TRUE(means("GO*", "GOOG"));
  EXPECT_TRUE(means("GO*", "GO"));
  EXPECT_TRUE(means("*", ""));
  EXPECT_TRUE(means("*.A", "BRK.A"));
  EXPECT_TRUE(means("A*B*C", "AxxBxBxC"));
  EXPECT_TRUE(means("ES?4", "ESH4"));
  EXPECT_TRUE(means("go*", "GOOG"));
  EXPECT_FALSE(means("GO*", "GXO"));
  EXPECT_FALSE(means("A*B*C", "AxxBxBx"));
  EXPECT_FALSE(means("ES?4", "ES4"));
  EXPECT_FALSE(means("?", ""));
  EXPECT_FALSE(means("Go*", "GOOG"));
  // Many stars take no exponential time.
  EXPECT_FALSE(means("*A*A*A*A*A*A*A*A*A*B", std::string(10'000, 'A')));
}

TEST(SymbolSelection, AWordWithoutCapitalsMeansAnyCase) {
  EXPECT_TRUE(means("aapl", "AAPL"));
  EXPECT_TRUE(means("es.c.0", "ES.c.0"));
  EXPECT_FALSE(means("Aapl", "AAPL"));
}

TEST(SymbolSelection, AMissingWordHasTheNearestThatOccurred) {
  const SymbolSelection selection{"AAPK", "Msft", "ZZZZZZ", "GOOG"};
  for (const char* symbol : {"AAL", "AAPL", "MSFT", "GOOG"}) (void)selection.contains(symbol);
  const SymbolSelection copy = selection;
  auto missing = copy.missing();
  ASSERT_EQ(missing.size(), 3U);
  std::ranges::sort(missing, {}, &SymbolSelection::Missing::word);
  EXPECT_EQ(missing[0].nearest, "AAPL");
  EXPECT_EQ(missing[1].nearest, "MSFT");
  EXPECT_EQ(missing[2].nearest, std::nullopt);
}

TEST(SymbolSelection, NamesAFileOnlyByASingleName) {
  EXPECT_EQ(SymbolSelection{"GOOG"}.only_name(), "GOOG");
  EXPECT_EQ(SymbolSelection{"GO*"}.only_name(), std::nullopt);
  EXPECT_EQ((SymbolSelection{"GOOG", "AAPL"}.only_name()), std::nullopt);
  EXPECT_EQ(SymbolSelection{}.only_name(), std::nullopt);
}

}  // namespace
}  // namespace tapedeck::feeds
