#include "feeds/lobster/row.hpp"

#include <charconv>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "feeds/lobster/row_reader.hpp"

namespace tapedeck::feeds::lobster {
namespace {

std::string fault_of_message(std::string_view text) {
  MessageRow row;
  RowFault fault;
  if (parse_message_row(text, row, fault)) return "none";
  return std::to_string(fault.column) + ": " + fault.found + "; " + fault.expected;
}

std::string fault_of_book(std::string_view text, std::size_t depth = 0) {
  BookRow row;
  RowFault fault;
  if (parse_book_row(text, depth, row, fault)) return "none";
  return std::to_string(fault.column) + ": " + fault.found + "; " + fault.expected;
}

MessageRow message(std::string_view text) {
  MessageRow row;
  RowFault fault;
  EXPECT_TRUE(parse_message_row(text, row, fault)) << text << " " << fault.found;
  return row;
}

void expect_starts(const std::string& text, const std::string& beginning) {
  EXPECT_TRUE(text.starts_with(beginning)) << text;
}

// What a message row's integers may be, said once more by what std::from_chars accepts.
bool is_right(std::string_view text, i64 least, i64 most) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return false;
  text = text.substr(first, text.find_last_not_of(" \t") + 1 - first);
  i64 value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && at == text.data() + text.size() && value >= least && value <= most;
}

TEST(LobsterRow, AMessageHasItsSixColumns) {
  const MessageRow row = message("34200.004241176,1,16113575,18,5853300,1");
  EXPECT_EQ(row.since_midnight.value, 34'200'004'241'176);
  EXPECT_EQ(row.type, MessageType::add);
  EXPECT_EQ(row.id.value, 16'113'575U);
  EXPECT_EQ(row.size.value, 18);
  EXPECT_EQ(row.price.value, 585'330'000'000);
  EXPECT_EQ(row.side, Side::bid);
  EXPECT_EQ(message("1,4,1,1,-25,-1\r").price.value, -2'500'000);
  EXPECT_EQ(message("1,4,1,1,-25,-1\r").side, Side::ask);
}

TEST(LobsterRow, TimeIsCutToNanosecondsAndNeverRounded) {
  const auto nanos = [](const std::string& time) {
    return message(time + ",1,1,1,1,1").since_midnight.value;
  };
  EXPECT_EQ(nanos("1.123"), 1'123'000'000);
  EXPECT_EQ(nanos("1.123456789"), 1'123'456'789);
  EXPECT_EQ(nanos("1.123456789999"), 1'123'456'789);
  EXPECT_EQ(nanos("1.05990197"), 1'059'901'970);
  EXPECT_EQ(nanos("34200"), 34'200'000'000'000);
  EXPECT_EQ(nanos("86399.999999999"), 86'399'999'999'999);
}

TEST(LobsterRow, AnIntegerMayHaveZerosInFrontAndNothingElseThatIsNoDigit) {
  EXPECT_EQ(message("1,1,9223372036854775807,1,1,1").id.value, 9'223'372'036'854'775'807U);
  EXPECT_EQ(message("1,1,999999999999999999,1,1,1").id.value, 999'999'999'999'999'999U);
  EXPECT_EQ(message("1,1,1000000000000000000,1,1,1").id.value, 1'000'000'000'000'000'000U);
  EXPECT_EQ(message("1,01,007,00000000000000000000000000012,-0001,01").id.value, 7U);
  EXPECT_EQ(message("1,1,7,00000000000000000000000000012,-0001,1").size.value, 12);
  EXPECT_EQ(message("1,1,7,1,-00000000000000000000000000025,1").price, Price{-25 * kPriceScale});
  EXPECT_EQ(message("1,1,7,1,-0,1").price, Price{0});
  EXPECT_EQ(message("1,1,7,4294967295,1,1").size.value, 4'294'967'295);
  for (const std::string wrong : {"",
                                  "+1",
                                  "-",
                                  "--1",
                                  "1-",
                                  "-+1",
                                  "1.",
                                  "0x1",
                                  "1e1",
                                  "1 1",
                                  "- 1",
                                  "\"1\"",
                                  "1;",
                                  "1\v",
                                  "9223372036854775808",
                                  "-9223372036854775808",
                                  "-9223372036854775809",
                                  "18446744073709551617",
                                  "100000000000000000000000000000001",
                                  "one",
                                  "1\xC2\xA0"}) {
    for (int column = 2; column <= 6; ++column) {
      std::string row = "1";
      for (int c = 2; c <= 6; ++c) row.append(",").append(c == column ? wrong : "1");
      expect_starts(fault_of_message(row), std::to_string(column) + ": " + excerpt(wrong) + "; ");
    }
  }
}

TEST(LobsterRow, ATimeMayHaveZerosInFrontAndTwelveDecimalsAtMost) {
  const auto nanos = [](const std::string& time) {
    return message(time + ",1,1,1,1,1").since_midnight.value;
  };
  EXPECT_EQ(nanos("0"), 0);
  EXPECT_EQ(nanos("0.000000001"), 1);
  EXPECT_EQ(nanos("0.0000000019"), 1);
  EXPECT_EQ(nanos("0.1"), 100'000'000);
  EXPECT_EQ(nanos("00000000000000000000034200.5"), 34'200'500'000'000);
  EXPECT_EQ(nanos("034200.5"), 34'200'500'000'000);
  EXPECT_EQ(nanos("86399.999999999999"), 86'399'999'999'999);
  for (const std::string wrong : {".5",
                                  ".",
                                  "1.",
                                  "1..5",
                                  "1.5.5",
                                  "1.-5",
                                  "1.+5",
                                  "+1.5",
                                  "-0",
                                  "-0.5",
                                  "1.5e3",
                                  "99999.5",
                                  "86400.0",
                                  "100000",
                                  "18446744073709551617",
                                  "1.0000000000000",
                                  "1.12345678x",
                                  "1. 5",
                                  "1:30",
                                  "nan"}) {
    expect_starts(fault_of_message(wrong + ",1,1,1,1,1"), "1: " + excerpt(wrong) + "; seconds");
  }
}

// One character of a row changed to any other, or one put in, or one taken away.
TEST(LobsterRow, AnyChangedColumnIsAcceptedOnlyAsTheStandardLibraryReadsIt) {
  const std::string_view characters = "0123456789-+., \t\rxe";
  Random random{31};
  u32 accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string price = std::to_string(random.below(u64{1} << random.below(50)));
    if (random.chance(0.3)) price.insert(0, std::string(random.below(22), '0'));
    if (random.chance(0.3)) price.insert(0, "-");
    const std::size_t at = random.below(price.size() + 1);
    const char c = characters[random.below(characters.size())];
    if (random.chance(0.5)) price.insert(at, 1, c);
    if (random.chance(0.3) && at < price.size()) price.erase(at, 1);
    if (price.find(',') != std::string::npos) continue;
    MessageRow row;
    RowFault fault;
    const bool right = parse_message_row("1.5,1,7,10," + price + ",1", row, fault);
    ASSERT_EQ(right, is_right(price, -kMaxPrice, kMaxPrice)) << price;
    accepted += right ? 1 : 0;
    ASSERT_EQ(fault.column, right ? 0U : 5U) << price;
  }
  EXPECT_GT(accepted, 5'000U);
  EXPECT_LT(accepted, 18'000U);
}

TEST(LobsterRow, MessagesWithoutAnOrderNeedNoId) {
  EXPECT_EQ(message("1,5,0,10,100,1").id.value, 0U);
  EXPECT_EQ(message("1,6,-1,10,100,-1").id.value, 0U);
  EXPECT_EQ(message("36023,7,0,0,-1,-1").price, kHalted);
  EXPECT_EQ(message("36323,7,0,0,0,-1").price, kQuotesResume);
  EXPECT_EQ(message("36723,7,0,0,1,-1").price, kTradingResumes);
}

TEST(LobsterRow, WhatIsNoMessageIsNamedByItsColumn) {
  expect_starts(fault_of_message(""), "1: \"\"; seconds");
  expect_starts(fault_of_message("time,type"), "1: \"time\"; seconds");
  expect_starts(fault_of_message("-1.5,1,1,1,1,1"), "1: \"-1.5\"; seconds");
  expect_starts(fault_of_message("1.,1,1,1,1,1"), "1: \"1.\"; seconds");
  expect_starts(fault_of_message("1.1234567890123,1,1,1,1,1"), "1: \"1.1234567890123\"");
  expect_starts(fault_of_message("86400,1,1,1,1,1"), "1: \"86400\"");
  expect_starts(fault_of_message("1,8,1,1,1,1"), "2: \"8\"; a message type");
  expect_starts(fault_of_message("1,0,1,1,1,1"), "2: \"0\"; a message type");
  expect_starts(fault_of_message("1,1,abc,1,1,1"), "3: \"abc\"; an order id");
  expect_starts(fault_of_message("1,1,0,1,1,1"), "3: \"0\"; an order id");
  expect_starts(fault_of_message("1,1,9223372036854775808,1,1,1"), "3: \"9223372036854775808\"");
  expect_starts(fault_of_message("1,1,1,-5,1,1"), "4: \"-5\"; a size");
  expect_starts(fault_of_message("1,1,1,4294967296,1,1"), "4: \"4294967296\"; a size");
  expect_starts(fault_of_message("1,1,1,1,92233720368548,1"), "5: \"92233720368548\"; a price");
  expect_starts(fault_of_message("1,1,1,1,1.5,1"), "5: \"1.5\"; a price");
  expect_starts(fault_of_message("1,7,0,0,2,-1"), "5: \"2\"; -1 (halt)");
  expect_starts(fault_of_message("1,1,1,1,1,0"), "6: \"0\"; 1 (buy)");
  expect_starts(fault_of_message("1,1,1,1,1"), "6: the end of the row; 1 (buy)");
  expect_starts(fault_of_message("1,1,1,1,1,1,7,8"), "8: \"8\"; the end of the row after 7");
}

// lobsterdata.com's description has six columns; vendors append the participant or "null".
TEST(LobsterRow, ASeventhColumnOfAMessageIsIgnored) {
  const MessageRow six = message("34200.5,1,7,10,200,-1");
  for (const char* seventh : {"", "null", "GSCO", "0", " NSDQ \r"}) {
    const MessageRow seven = message("34200.5,1,7,10,200,-1," + std::string{seventh});
    EXPECT_EQ(seven.since_midnight, six.since_midnight) << seventh;
    EXPECT_EQ(seven.side, six.side) << seventh;
  }
  EXPECT_NE(fault_of_book("11,1,9,2,null"), "none");
}

// RFC 4180 counts spaces as part of a field; no number has any, so they can only be padding.
TEST(LobsterRow, BlanksAroundAColumnAreNoPartOfIt) {
  const MessageRow row = message(" 34200.5 , 1,\t7, 10 ,200 , -1 \r");
  EXPECT_EQ(row.since_midnight, Nanos{34'200'500'000'000});
  EXPECT_EQ(row.id, OrderId{7});
  EXPECT_EQ(row.size, Quantity{10});
  EXPECT_EQ(row.side, Side::ask);
  EXPECT_EQ(fault_of_book("11, 1, 9, 2 , 12,3,-9999999999, 0 \r"), "none");
  expect_starts(fault_of_message("1, ,1,1,1,1"), "2: \"\"; a message type");
  expect_starts(fault_of_message("1,1 1,1,1,1,1"), "2: \"1 1\"; a message type");
}

TEST(LobsterRow, TheLargestPriceFitsAndTheNextDoesNot) {
  EXPECT_EQ(fault_of_message("1,1,1,1,92233720368547,1"), "none");
  EXPECT_EQ(fault_of_message("1,1,1,1,-92233720368547,1"), "none");
  EXPECT_NE(fault_of_message("1,1,1,1,-92233720368548,1"), "none");
}

TEST(LobsterRow, ABookRowHasTheLevelsThatExist) {
  BookRow row;
  RowFault fault;
  ASSERT_TRUE(parse_book_row("11,1,9,2,12,3,-9999999999,0\r", 0, row, fault)) << fault.found;
  EXPECT_EQ(row.depth, 2U);
  const std::vector<BookLevel> asks{{Price{1'100'000}, 1}, {Price{1'200'000}, 3}};
  EXPECT_EQ(row.side(Side::ask), asks);
  EXPECT_EQ(row.side(Side::bid), (std::vector<BookLevel>{{Price{900'000}, 2}}));
  EXPECT_TRUE(row.is_full(Side::ask));
  EXPECT_FALSE(row.is_full(Side::bid));
}

TEST(LobsterRow, WhatIsNoBookRowIsNamedByItsColumn) {
  expect_starts(fault_of_book(""), "1: \"\"; a price");
  expect_starts(fault_of_book("11,1,9"), "4: the end of the row; the size");
  expect_starts(fault_of_book("11,1,9,x"), "4: \"x\"; the size");
  expect_starts(fault_of_book("11,1,9,-2"), "4: \"-2\"; the size");
  expect_starts(fault_of_book("11,0,9,2"), "2: \"0\"; the size of a level, from 1");
  expect_starts(fault_of_book("9999999999,5,9,2"), "2: \"5\"; the size 0");
  expect_starts(fault_of_book("11,1,9,2,11,1,8,1"), "5: \"11\"; a price worse");
  expect_starts(fault_of_book("11,1,9,2,12,1,10,1"), "7: \"10\"; a price worse");
  expect_starts(fault_of_book("9999999999,0,9,2,12,1,8,1"), "5: \"12\"; no level after");
  expect_starts(fault_of_book("11,1,9,2,12,1,8,1", 1), "5: \"12,1,8,1\"; the end of the row");
  expect_starts(fault_of_book("11,1,9,2", 2), "5: the end of the row; a price");
}

TEST(LobsterRow, LobsterIsToldBehindWhatTheReaderSkips) {
  const std::string row = "34200.004, 1,16113575,18,5853300,1,null\r\n";
  const std::string header = "Time,\"Event Type\",Order ID,Size,Price,Direction,MPID\r\n";
  for (const std::string& before : {std::string{"\xEF\xBB\xBF"}, std::string{"\r\n \n"}, header,
                                    "\xEF\xBB\xBF\n" + header + "\n"}) {
    EXPECT_TRUE(looks_like_lobster(as_bytes_of(before + row))) << before;
  }
  EXPECT_FALSE(looks_like_lobster(as_bytes_of(header + header + row)));
  EXPECT_FALSE(looks_like_lobster(as_bytes_of(header)));
  EXPECT_FALSE(looks_like_lobster(as_bytes_of("\n\n")));
}

TEST(LobsterRow, ABeginningThatHidesTheFirstRowMayBeLobster) {
  EXPECT_TRUE(may_be_lobster(as_bytes_of("\xEF\xBB\xBF\r\n \n")));
  EXPECT_TRUE(may_be_lobster(as_bytes_of("\n\ntime,type,order i")));
  for (const char* other : {"", "\nhello", "1,2", "\n\x01"}) {
    EXPECT_FALSE(may_be_lobster(as_bytes_of(other))) << other;
  }
}

TEST(LobsterRow, AHeaderHasNamesAndNoNumbers) {
  EXPECT_TRUE(is_header("time,type,id,size,price,direction"));
  EXPECT_TRUE(is_header("\"Ask Price 1\", \"Ask Size 1\"\r"));
  for (const char* other : {"", "time", "x,1,7,10,200,-1", "time,-1", ",,", "1,2", "a,b\x01"}) {
    EXPECT_FALSE(is_header(other)) << other;
  }
}

TEST(LobsterRow, LobsterIsToldByItsFirstRow) {
  EXPECT_TRUE(looks_like_lobster(as_bytes_of("34200.004,1,16113575,18,5853300,1\n342")));
  EXPECT_FALSE(looks_like_lobster(as_bytes_of("5859400,200,5853300,18\n")));
  EXPECT_FALSE(looks_like_lobster(as_bytes_of("time,type,id\n")));
  EXPECT_FALSE(looks_like_lobster(as_bytes_of("")));
}

TEST(LobsterRow, AnExcerptIsShortAndPrintable) {
  EXPECT_EQ(excerpt("a\x01\xFF"), "\"a\\x01\\xff\"");
  EXPECT_EQ(excerpt(std::string(40, 'z')), "\"" + std::string(24, 'z') + "...\"");
}

}  // namespace
}  // namespace tapedeck::feeds::lobster
