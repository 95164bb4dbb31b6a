// Names that records in the stream state or move, names that move by the clock, and names that are
// asked for and begin late. In all cases a book belongs to its id.
#include <algorithm>

#include <gtest/gtest.h>

#include "feeds/dbn/file_feed.hpp"
#include "tests/support/dbn_books.hpp"

namespace tapedeck::feeds::dbn {
namespace {

using test::DbnBooks;
using test::DbnFile;
using test::DbnHead;
using test::DbnRun;

using NameList = std::vector<std::string>;
constexpr u64 kNextDay = 86'400;

DbnHead continuous() {
  return {.symbols_in = 3};
}
DbnHead front_and_next() {
  DbnHead head = continuous();
  head.mappings = {{"ES.c.0", {{20231225, 20231226, "100"}, {20231226, 20231227, "200"}}},
                   {"ES.c.1", {{20231225, 20231226, "200"}, {20231226, 20231227, "300"}}}};
  return head;
}
DbnFile three_contracts() {
  DbnFile day{front_and_next()};
  return day.of(100).add('B', 1, 100, 5).of(200).add('B', 2, 110, 5).of(300).add('B', 3, 120, 5);
}
DbnHead of_day(u32 date, std::string id) {
  DbnHead head = continuous();
  head.mappings = {{"ES.c.0", {{date, date + 1, std::move(id)}}}};
  return head;
}
bool is_suspect(const DbnBooks& books, std::string_view symbol) {
  return books.trust(symbol) == book::TrustState::suspect;
}

TEST(DbnLastNames, ANameInTheLastRecordIsLearnt) {
  const DbnFile orders = DbnFile{2}.add('B', 1, 100, 5);
  EXPECT_EQ(DbnBooks{DbnFile{orders}.mapping("ESH4", "7")}.top("ESH4"), "100 x 5 / -");
  EXPECT_EQ(DbnBooks{DbnFile{orders}.definition("ESH4")}.top("ESH4"), "100 x 5 / -");
}

TEST(DbnLastNames, EveryPublishersBookOfTheIdGetsIt) {
  DbnFile day{2};
  NameList expected{"ESH4"};
  for (u16 publisher = 1; publisher <= 18; ++publisher) {
    day.of(7, publisher).add('B', 1, publisher, 1);
    if (publisher > 1) expected.push_back("ESH4#7@" + std::to_string(publisher));
  }
  EXPECT_EQ(DbnBooks{day}.symbols()[17], "#7@18");
  EXPECT_EQ(DbnBooks{DbnFile{day}.of(7, 1).definition("ESH4")}.symbols(), expected);
  EXPECT_EQ(DbnBooks{DbnFile{day}.of(7, 0).mapping("ESH4", "7")}.symbols(), expected);
}

TEST(DbnLastNames, MoreNamesThanAPollHasRoomForAreAllEmitted) {
  DbnFile day{2};
  constexpr u16 kPublishers = 2'000;
  for (u16 publisher = 1; publisher <= kPublishers; ++publisher) {
    day.of(7, publisher).add('B', 1, 9, 1);
  }
  for (const std::string& name : DbnBooks{day.mapping("ESH4", "7")}.symbols()) {
    EXPECT_TRUE(name.starts_with("ESH4")) << name;
  }
}

TEST(DbnMovingNames, AMappingRecordRollsAContinuousContract) {
  DbnFile day{continuous()};
  day.of(100).mapping("ES.c.0", "100").add('B', 1, 100, 5).of(200).add('B', 2, 110, 5);
  const DbnBooks books{day.mapping("ES.c.0", "200").add('B', 3, 109, 7)};
  EXPECT_EQ(books.symbols(), (NameList{"#100", "ES.c.0"}));
  EXPECT_EQ(books.top("ES.c.0"), "110 x 5 / -");
}

TEST(DbnMovingNames, TwoIdsMaySwapTheirNames) {
  DbnFile day{2};
  day.of(7).definition("A").add('B', 1, 100, 5).of(8).definition("B").add('B', 1, 200, 5);
  const DbnBooks books{day.of(7).definition("B").of(8).definition("A")};
  EXPECT_EQ(books.symbols(), (NameList{"B", "A"}));
  EXPECT_EQ(books.top("B"), "100 x 5 / -");
  EXPECT_EQ(books.top("A"), "200 x 5 / -");
}

TEST(DbnMovingNames, ADefinitionRenamesABookWithItsOrders) {
  DbnFile day = DbnFile{2}.definition("ESH4").add('B', 1, 100, 5).definition("ESH5");
  const DbnBooks books{day.add('B', 2, 99, 5)};
  EXPECT_EQ(books.symbols(), NameList{"ESH5"});
  EXPECT_EQ(books.orders(), 2U);
}

TEST(DbnMovingNames, AParentsIdsAllHaveItsName) {
  DbnFile day{2};
  day.of(7).add('B', 1, 100, 5).mapping_of(4, "ES.FUT", "7");
  day.of(8).add('B', 1, 110, 5).mapping_of(4, "ES.FUT", "8");
  EXPECT_EQ(DbnBooks{day}.symbols(), (NameList{"ES.FUT", "ES.FUT#8@1"}));
}

TEST(DbnQuietRolls, AnyRecordOfTheNewDayRenamesAllIds) {
  for (const u32 id : {100U, 200U, 300U, 999U}) {
    const DbnBooks books{three_contracts().after(kNextDay).of(id).add('A', 9, 130, 1)};
    const std::string ask = " / 130 x 1";
    EXPECT_EQ(books.top("ES.c.0"), "110 x 5" + (id == 200 ? ask : " / -")) << id;
    EXPECT_EQ(books.top("ES.c.1"), "120 x 5" + (id == 300 ? ask : " / -")) << id;
    EXPECT_EQ(books.top("#100"), "100 x 5" + (id == 100 ? ask : " / -")) << id;
  }
}

TEST(DbnQuietRolls, ASymbolThatIsAskedForHasTheBookOfItsId) {
  const DbnFile day = three_contracts().after(kNextDay).of(999).add('A', 9, 130, 1);
  EXPECT_EQ(DbnBooks(day, {"ES.c.0"}).top("ES.c.0"), "110 x 5 / -");
  EXPECT_EQ(DbnBooks(day, {"ES.c.1"}).top("ES.c.1"), "120 x 5 / -");
  EXPECT_EQ(DbnBooks(day, {"#100"}).top("#100"), "100 x 5 / -");
  EXPECT_EQ(DbnBooks(day, {"#200"}).top("#200"), "") << "no id has this name at the end";
}

TEST(DbnQuietRolls, AnIdThatHandsItsSymbolOverKeepsItsBook) {
  for (const u32 first : {100U, 200U, 300U}) {
    DbnFile day = three_contracts().after(kNextDay).of(first).add('A', 9, 130, 1);
    const DbnBooks books{day.of(100).add('B', 10, 101, 1), {"ES.c.0"}};
    EXPECT_EQ(books.symbols(), (NameList{"#100", "ES.c.0"})) << first;
    EXPECT_EQ(books.top("#100"), first == 100 ? "101 x 1 / 130 x 1" : "101 x 1 / -") << first;
    EXPECT_FALSE(is_suspect(books, "#100")) << first;
  }
}

TEST(DbnQuietRolls, AContractMayRollBack) {
  DbnHead head = continuous();
  head.mappings = {
      {"ES.c.0",
       {{20231225, 20231226, "100"}, {20231226, 20231227, "200"}, {20231227, 20231228, "100"}}}};
  DbnFile days = DbnFile{head}.of(100).add('B', 1, 100, 5).of(200).add('B', 2, 110, 5);
  for (u64 id = 3; id <= 4; ++id) days.after(kNextDay).add('B', id, 109, 1);
  EXPECT_EQ(DbnBooks(days, {"ES.c.0"}).top("ES.c.0"), "100 x 5 / -");
}

TEST(DbnQuietRolls, ALaterFileRollsAtItsFirstRecord) {
  const DbnFile first =
      DbnFile{of_day(20231225, "100")}.of(100).add('B', 1, 100, 5).of(200).add('B', 2, 110, 5);
  const DbnFile second =
      DbnFile{of_day(20231226, "200")}.after(kNextDay).of(999).add('B', 3, 90, 1);
  const std::vector<std::string_view> files{first.bytes(), second.bytes()};
  EXPECT_EQ(DbnBooks{files}.top("ES.c.0"), "110 x 5 / -");
  const DbnBooks asked{files, {"ES.c.0"}};
  EXPECT_EQ(asked.top("ES.c.0"), "110 x 5 / -");
  EXPECT_FALSE(is_suspect(asked, "ES.c.0"));
}

// The metadata name the ids of the day's session only.
DbnFile lapsing(DbnHead head = {}) {
  head.mappings = {{"ESH4", {{20231225, 20231226, "7"}, {20231226, 20231227, "8"}}}};
  return DbnFile{head}.of(7).add('B', 1, 100, 5).after(kNextDay);
}

TEST(DbnLapsedNames, AnIdKeepsItsSymbolBehindTheSymbolsDays) {
  DbnFile day = lapsing().cancel('B', 1, 100, 2);
  EXPECT_EQ(DbnBooks{day}.top("ESH4"), "100 x 3 / -");
  EXPECT_EQ(DbnBooks(day, {"ESH4"}).top("ESH4"), "100 x 3 / -");
}

TEST(DbnLapsedNames, AnIdThatLosesItsSymbolThenHasADoubtfulBook) {
  DbnFile day = lapsing().cancel('B', 1, 100, 2).of(8).add('B', 1, 90, 1);
  const DbnBooks books{day.of(7).add('B', 2, 99, 1)};
  EXPECT_EQ(books.symbols(), (NameList{"ESH4", "#7"}));
  EXPECT_EQ(books.top("ESH4"), "90 x 1 / -");
  EXPECT_FALSE(is_suspect(books, "ESH4"));
  EXPECT_TRUE(is_suspect(books, "#7"));
}

TEST(DbnAskedNames, ANameThatBeginsLaterInTheMetadataHasItsEarlierOrders) {
  DbnHead head;
  head.mappings = {{"ESH4", {{20231226, 20231227, "7"}}}};
  const DbnFile days = DbnFile{head}.add('B', 1, 100, 5).after(kNextDay).add('B', 2, 99, 5);
  const DbnBooks books{days, {"ESH4"}};
  EXPECT_EQ(books.top("ESH4"), "100 x 5 / -");
  EXPECT_EQ(books.orders(), 2U);
}

TEST(DbnAskedNames, ANameThatARecordGivesAfterOrdersWereLeftOutMakesTheBookSuspect) {
  DbnFile day = DbnFile{2}.definition("OLD").add('B', 1, 100, 5).definition("NEW");
  day.add('B', 2, 99, 5);
  EXPECT_TRUE(is_suspect(DbnBooks(day, {"NEW"}), "NEW"));
  const DbnRun run{day, {"NEW"}};
  ASSERT_EQ(run.feed->warnings().size(), 1U);
  EXPECT_NE(run.feed->warnings()[0].find("SUSPECT"), std::string::npos);
  EXPECT_FALSE(is_suspect(DbnBooks(day.clear().add('B', 3, 98, 5), {"NEW"}), "NEW"));
}

TEST(DbnAskedNames, OrdersBeforeAClearAreNotMissed) {
  DbnFile day = DbnFile{2}.definition("OLD").add('B', 1, 100, 5).clear().definition("NEW");
  const DbnBooks books{day.add('B', 2, 99, 5), {"NEW"}};
  EXPECT_EQ(books.top("NEW"), "99 x 5 / -");
  EXPECT_FALSE(is_suspect(books, "NEW"));
}

TEST(DbnAskedNames, ABookThatLosesTheNameIsEmptiedUnderItsOtherName) {
  const DbnBooks books{DbnFile{2}.add('B', 1, 100, 5).definition("ESH4"), {"ESM4"}};
  EXPECT_EQ(books.top("ESH4"), "- / -");
  EXPECT_TRUE(is_suspect(books, "ESH4"));
}

}  // namespace
}  // namespace tapedeck::feeds::dbn
