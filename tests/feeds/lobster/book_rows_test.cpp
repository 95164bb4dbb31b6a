#include "feeds/lobster/book_rows.hpp"

#include <gtest/gtest.h>

#include "tests/support/lobster_market.hpp"

namespace tapedeck::feeds::lobster {
namespace {

using test::LobsterMarket;

std::vector<std::string> rows_of(const std::string& text) {
  std::vector<std::string> rows;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    rows.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return rows;
}

// Reads rows one after another, and each by itself with parse_book_row(); both must say the same.
class BookRowsTest : public ::testing::Test {
 protected:
  void expect_same(const std::string& text) {
    BookRow alone;
    RowFault fault_alone;
    RowFault fault;
    const bool right_alone = parse_book_row(text, depth_, alone, fault_alone);
    right_ = rows_.parse(text, fault);
    ASSERT_EQ(right_, right_alone) << text;
    ASSERT_EQ(fault.column, fault_alone.column) << text;
    ASSERT_EQ(fault.found, fault_alone.found) << text;
    ASSERT_EQ(fault.expected, fault_alone.expected) << text;
    if (!right_) return;
    ASSERT_EQ(rows_.row().depth, alone.depth) << text;
    ASSERT_EQ(rows_.row().sides, alone.sides) << text;
    depth_ = alone.depth;
  }
  void expect_same_rows(const std::vector<std::string>& rows) {
    rows_ = {};
    depth_ = 0;
    for (const std::string& row : rows) {
      ASSERT_NO_FATAL_FAILURE(expect_same(row));
      if (!right_) return;
    }
  }

  BookRows rows_;
  std::size_t depth_ = 0;
  bool right_ = false;
};

TEST_F(BookRowsTest, EachRowIsWhatItIsAlone) {
  for (const std::size_t depth : {1U, 2U, 3U, 10U, 50U}) {
    const auto pair = LobsterMarket{depth, depth}.record(600);
    expect_same_rows(rows_of(pair.book));
    EXPECT_TRUE(right_);
  }
}

TEST_F(BookRowsTest, ALevelWhoseTextBeginsAsThatOfTheRowBeforeIsAnother) {
  expect_same_rows({"11,1,9,2", "11,12,9,2", "11,1,9,21", "11,1,9,2", "111,1,9,2", "11,1,9,2\r",
                    "11,1,9,22\r", "11,1,99,2", "11,1,9,2,"});
  EXPECT_FALSE(right_);
  expect_same_rows({"11,1,9,2,12,3,8,4", "12,3,9,2,13,1,8,4", "11,1,9,2,12,3,8,4",
                    "11,1,8,4,12,3,7,1", "10,1,9,2,11,1,8,4", "10,1,9,2,11,1,8,4,1"});
  EXPECT_FALSE(right_);
  expect_same_rows({"11,1,9,2", "11,1,9,2,"});
  expect_same_rows({"11,1,9,2", "11,1,9,"});
  expect_same_rows({"11,1,9,2", "11,1,9"});
  expect_same_rows({"11,1,9,2", "11,1"});
  expect_same_rows({"11,1,9,2", ""});
}

TEST_F(BookRowsTest, LevelsThatAreKnownStillHaveTheirOrder) {
  const std::string first = "11,1,9,2,12,3,8,4";
  for (const char* other :
       {"12,3,9,2,11,1,8,4", "11,1,8,4,12,3,9,2", "11,1,9,2,11,1,8,4", "12,3,9,2,12,3,8,4",
        "11,1,9,2,12,3,9,2", "9999999999,0,9,2,12,3,8,4", "11,1,-9999999999,0,12,3,8,4",
        "11,1,9,2,9999999999,0,8,4", "11,1,9,2,9999999999,1,8,4", "11,1,9,2,12,0,8,4"}) {
    expect_same_rows({first, other});
    expect_same_rows({"11,1,9,2,9999999999,0,-9999999999,0", first, other});
    expect_same_rows({first, "11,1,9,2,9999999999,0,-9999999999,0", other});
  }
}

TEST_F(BookRowsTest, NumbersAreThoseThatARowAloneMayHave) {
  for (const char* number : {"1000000000000000",
                             "1000000000000001",
                             "92233720368547",
                             "92233720368548",
                             "999999999999999999",
                             "1000000000000000000",
                             "9223372036854775808",
                             "007",
                             "00000000000000000000007",
                             "+7",
                             "-7",
                             "-0",
                             "",
                             " 7",
                             "7 ",
                             "\t7",
                             "7\r",
                             "7.0",
                             "--7",
                             "-",
                             "x",
                             "7x"}) {
    const std::string changed = number;
    expect_same_rows({"11,1,9,2", "11," + changed + ",9,2", "11,1,9,2"});
    expect_same_rows({"11,1,9,2", changed + ",1,-9,2", "11,1,9,2"});
    expect_same_rows({"11,1,9,2", "11,1,9," + changed, "11,1,9,2"});
    expect_same_rows({"11,1,9,2", "11,1,9," + changed, "11,1,9," + changed});
    expect_same_rows({"11," + changed + ",9,2", "11," + changed + ",9,2", "11,5,9,2"});
  }
}

TEST_F(BookRowsTest, AnyChangedByteIsWhatItIsAlone) {
  const std::string_view characters = "0123456789-+, \t\rx";
  const auto rows = rows_of(LobsterMarket{5, 3}.record(400).book);
  Random random{17};
  u32 wrong = 0;
  for (int round = 0; round < 4'000; ++round) {
    const std::size_t at = random.below(rows.size() - 8);
    std::vector<std::string> some(rows.begin() + static_cast<std::ptrdiff_t>(at),
                                  rows.begin() + static_cast<std::ptrdiff_t>(at + 8));
    std::string& row = some[1 + random.below(6)];
    const std::size_t byte = random.below(row.size());
    const char c = characters[random.below(characters.size())];
    if (random.chance(0.3)) {
      row.insert(byte, 1, c);
    } else if (random.chance(0.3)) {
      row.erase(byte, 1 + random.below(3));
    } else if (random.chance(0.1)) {
      row.resize(byte);
    } else {
      row[byte] = c;
    }
    ASSERT_NO_FATAL_FAILURE(expect_same_rows(some));
    wrong += right_ ? 0 : 1;
  }
  EXPECT_GT(wrong, 500U);
  EXPECT_LT(wrong, 3'500U);
}

}  // namespace
}  // namespace tapedeck::feeds::lobster
