// What instruments are called, and which ids share one.
#include <gtest/gtest.h>

#include "tests/support/dbn_file_writer.hpp"

namespace tapedeck::feeds::dbn {
namespace {

using test::dbn_head;
using test::DbnFile;
using test::DbnHead;
using test::DbnRun;
using Names = std::vector<std::string>;

constexpr u64 kDay = 86'400;

TEST(DbnNames, TheMetadatasMappingsNameInstruments) {
  for (const u8 version : test::kDbnVersions) {
    const DbnRun run{DbnFile{dbn_head(version)}.of(8).add('B', 1, 9, 1).of(7).add('B', 1, 9, 1)};
    EXPECT_EQ(run.symbols(), (Names{"ESM4", "ESH4"})) << "numbers are given by first appearance";
    EXPECT_EQ(run.events.back().instrument.value, 1U);
  }
}

TEST(DbnNames, MappingsFromIdsToSymbolsAreReadToo) {
  DbnHead head{.symbols_in = 0, .symbols_out = 1};
  head.mappings = {{"7", {{20231225, 20231226, "ESH4"}}}};
  EXPECT_EQ(DbnRun{DbnFile{head}.add('B', 1, 9, 1)}.symbols(), Names{"ESH4"});
}

TEST(DbnNames, AnIdWithoutANameIsItsNumber) {
  EXPECT_EQ(DbnRun{DbnFile{2}.of(4'000'000'000).add('B', 1, 9, 1)}.symbols(), Names{"#4000000000"});
}

TEST(DbnNames, AMappingHoldsForItsDatesByTheTimeOfReceipt) {
  DbnHead head;
  head.mappings = {{"FRONT", {{20231224, 20231225, "6"}, {20231225, 20231226, "7"}}}};
  DbnFile file{head};
  // The orders of a snapshot are older than it is.
  file.at(DbnFile::kMidnight - 1).received_at(DbnFile::kMidnight).add('B', 1, 9, 1);
  EXPECT_EQ(DbnRun{file}.symbols(), Names{"FRONT"});
  EXPECT_EQ(DbnRun{DbnFile{head}.at(DbnFile::kMidnight - 1).add('B', 1, 9, 1)}.symbols(),
            Names{"#7"});
}

TEST(DbnNames, ASymbolThatGoesOverToAnotherIdBeginsWithAnEmptyBook) {
  DbnHead head;
  head.mappings = {{"FRONT", {{20231225, 20231226, "7"}, {20231226, 20231227, "8"}}}};
  DbnFile file{head};
  file.add('B', 1, 9, 1).of(8).after(kDay).add('B', 2, 9, 1);
  const DbnRun run{file};
  EXPECT_EQ(run.kinds(), "define trading_state add* define clear trading_state add*");
  EXPECT_EQ(run.symbols(), (Names{"FRONT", "FRONT"}));
  EXPECT_EQ(run.events.back().instrument.value, 0U);
  EXPECT_EQ(run.events[3].define.source_id, 8U);
}

TEST(DbnNames, AnIdThatGoesOverToAnotherSymbolLeavesItsBook) {
  DbnHead head;
  head.mappings = {{"OLD", {{20231225, 20231226, "7"}}}, {"NEW", {{20231226, 20231227, "7"}}}};
  DbnFile file{head};
  file.add('B', 1, 9, 1).after(kDay).add('B', 1, 9, 1);
  const DbnRun run{file};
  EXPECT_EQ(run.symbols(), (Names{"OLD", "NEW"}));
  EXPECT_EQ(run.events.back().instrument.value, 1U);
}

TEST(DbnNames, WhatRecordsSayNamesWhatTheMetadataDoesNot) {
  for (const u8 version : test::kDbnVersions) {
    DbnFile file{version};
    file.definition("ESH4").add('B', 1, 9, 1);
    file.of(8).mapping("ES.FUT", "ESM4").add('B', 1, 9, 1);
    file.of(9).mapping("ESU4", "9").add('B', 1, 9, 1);
    const DbnRun run{file};
    EXPECT_EQ(run.events.front().define.name(), "ESH4");
    EXPECT_EQ(run.events.back().instrument.value, 2U);
    EXPECT_EQ(run.symbols().back(), "ESU4") << "an id is no name";
    EXPECT_EQ(run.symbols()[run.symbols().size() - 2], "ESM4");
  }
  const DbnRun both{DbnFile{dbn_head(2, "FRONT")}.definition("ESH4").add('B', 1, 9, 1)};
  EXPECT_EQ(both.symbols().back(), "FRONT") << "the metadata come first";
}

TEST(DbnNames, ANameThatComesLateIsTheSameInstruments) {
  DbnFile file{2};
  file.add('B', 1, 9, 1).definition("ESH4").add('B', 2, 9, 1);
  const DbnRun run{file};
  EXPECT_EQ(run.symbols().front(), "#7");
  EXPECT_EQ(run.symbols().back(), "ESH4");
  for (const Event& event : run.events) EXPECT_EQ(event.instrument.value, 0U);
  EXPECT_EQ(run.kinds().find("clear"), std::string::npos);
}

TEST(DbnNames, TwoPublishersOfOneSymbolHaveABookEach) {
  DbnFile file{dbn_head(2)};
  file.of(7, 1).add('B', 1, 9, 1).of(7, 2).add('B', 1, 9, 1).of(7, 1).add('B', 2, 9, 1);
  const DbnRun run{file};
  EXPECT_EQ(run.symbols(), (Names{"ESH4", "ESH4#7@2"}));
  EXPECT_EQ(run.events.back().instrument.value, 0U);
  const DbnRun next_file{{file.bytes(), DbnFile{dbn_head(2)}.of(7, 2).add('B', 9, 9, 1).bytes()}};
  EXPECT_EQ(next_file.symbols().size(), 2U);
  EXPECT_EQ(next_file.events.back().instrument.value, 1U) << "a name stays with who has it";
}

TEST(DbnNames, APublishersBookIsSelectedByTheNameThatItIsShownBy) {
  DbnFile file{dbn_head(2)};
  file.of(7, 1).add('B', 1, 9, 1).of(7, 2).add('B', 1, 9, 1).of(7, 3).add('B', 1, 9, 1);
  EXPECT_EQ(DbnRun(file, {"ESH4#7@2"}).symbols(), Names{"ESH4#7@2"});
  EXPECT_EQ(DbnRun(file, {"ESH4#7@2"}).feed->counters().filtered, 2U);
  EXPECT_EQ(DbnRun(file, {"ESH4", "ESH4#7@2"}).symbols(), (Names{"ESH4", "ESH4#7@2", "ESH4#7@3"}));
  EXPECT_EQ(DbnRun(file.of(9, 1).add('B', 1, 9, 1).of(9, 2).add('B', 1, 9, 1), {"#9@2"}).symbols(),
            Names{"#9@2"});
}

TEST(DbnNames, AnIdOfTwoSymbolsIsKnownUnderTheOneThatIsAskedFor) {
  DbnHead head;
  head.mappings = {{"ESH4", {{20231225, 20231226, "7"}}}, {"ES.c.0", {{20231225, 20231226, "7"}}}};
  const DbnFile file = DbnFile{head}.add('B', 1, 9, 1);
  EXPECT_EQ(DbnRun{file}.symbols(), Names{"ES.c.0"});
  for (const char* asked : {"ESH4", "ES.c.0"}) {
    const DbnRun run{file, {asked}};
    EXPECT_EQ(run.symbols(), Names{asked});
    EXPECT_TRUE(run.feed->warnings().empty());
  }
  const DbnRun both{file, {"ESH4", "ES.c.0"}};
  EXPECT_EQ(both.symbols(), Names{"ES.c.0"});
  EXPECT_EQ(both.feed->warnings(),
            Names{"ESH4 is another name of an instrument that is called ES.c.0 here"});
}

TEST(DbnNames, LongSymbolsAreCutAndToldApartByTheirNumbers) {
  const std::string prefix = "BRN FMH0024-BRN FMJ0024 SPREAD ";
  DbnFile file{2};
  file.definition(prefix + "A").of(8).definition(prefix + "B");
  EXPECT_EQ(DbnRun{file}.symbols(), (Names{"BRN FMH0024-BRN FMJ0#7", "BRN FMH0024-BRN FMJ0#8"}));
  EXPECT_EQ(DbnRun(file, {prefix + "B"}).symbols(), Names{"BRN FMH0024-BRN FMJ0#8"})
      << "asked for in full";
  EXPECT_EQ(DbnRun(file, {"BRN FMH0024-BRN FMJ0#8"}).symbols(), Names{"BRN FMH0024-BRN FMJ0#8"})
      << "asked for as shown";
}

TEST(DbnNames, OtherSymbolsAreFiltered) {
  DbnFile file{dbn_head(2)};
  file.add('B', 1, 9, 1).of(8).add('B', 1, 9, 1).trade('B', 9, 1).of(5).add('B', 1, 9, 1);
  const DbnRun run{file, {"ESM4"}};
  EXPECT_EQ(run.kinds(), "define trading_state add* trading_state trade");
  EXPECT_EQ(run.events.back().sequence, 3U) << "of all messages, those left out included";
  EXPECT_EQ(run.feed->counters().filtered, 2U);
  EXPECT_EQ(DbnRun(file, {"#5"}).symbols(), Names{"#5"});
}

// The name may turn out to be one of those asked for, and then the orders are known.
TEST(DbnNames, AnIdWithoutANameIsFilteredOnceItHasOne) {
  DbnFile file{2};
  file.add('B', 1, 9, 1).definition("ESH4").add('B', 2, 9, 1);
  const DbnRun wanted{file, {"ESH4"}};
  EXPECT_EQ(wanted.symbols(), (Names{"#7", "ESH4"}));
  EXPECT_EQ(wanted.kinds(), "define trading_state add* define add*");
  EXPECT_EQ(wanted.feed->counters().filtered, 0U);
  const DbnRun other{file, {"ESM4"}};
  EXPECT_EQ(other.kinds(), "define trading_state add* define clear trading_state")
      << "no order of it stays";
  EXPECT_EQ(other.symbols().back(), "ESH4");
  EXPECT_EQ(other.events.back().instrument.value, 0U);
  EXPECT_EQ(other.feed->counters().filtered, 2U) << "the definition and the order";
}

TEST(DbnNames, EveryFileNamesItsIdsAnew) {
  DbnHead monday, tuesday;
  monday.mappings = {{"A", {{20231225, 20231226, "1"}}}, {"B", {{20231225, 20231226, "2"}}}};
  tuesday.mappings = {{"B", {{20231226, 20231227, "1"}}}, {"A", {{20231226, 20231227, "2"}}}};
  const DbnFile first = DbnFile{monday}.of(1).add('B', 1, 9, 1).of(2).add('B', 1, 9, 1);
  const DbnFile second =
      DbnFile{tuesday}.after(kDay).of(1).add('B', 5, 9, 1).of(2).add('B', 5, 9, 1);
  const DbnRun run{{first.bytes(), second.bytes()}};
  EXPECT_EQ(run.symbols(), (Names{"A", "B", "B", "A"}));
  EXPECT_EQ(run.kinds(),
            "define trading_state add* define trading_state add* "
            "define clear trading_state add* define clear trading_state add*");
  EXPECT_EQ(run.events.back().instrument.value, 0U);
}

TEST(DbnNames, MoreInstrumentsThanALineMayHaveAreRejected) {
  DbnFile file{2};
  for (u32 id = 0; id <= kMaxInstrumentsPerChannel; ++id) file.of(id).trade_record('B', 1, 1);
  file.of(0).trade_record('B', 1, 1).of(kMaxInstrumentsPerChannel).trade_record('B', 1, 1);
  const DbnRun run{file};
  EXPECT_EQ(run.symbols().size(), kMaxInstrumentsPerChannel);
  EXPECT_EQ(run.feed->counters().over_capacity, 2U);
  EXPECT_EQ(run.events.back().instrument.value, 0U);
}

}  // namespace
}  // namespace tapedeck::feeds::dbn
