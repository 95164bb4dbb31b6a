// What books become of DBN records, and when they may be crossed.
#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/dbn_books.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::feeds::dbn {
namespace {

using book::Fault;
using test::dbn_head;
using test::DbnFile;
using Books = test::DbnBooks;

constexpr u8 kSnapshot = DbnFile::kSnapshot;
constexpr u64 kHour = 3'600;

DbnFile two_sided() {
  return DbnFile{dbn_head(2)}.add('B', 1, 100, 10).add('A', 2, 101, 10);
}

TEST(DbnBook, ACancelReducesAndRemovesWhatHasNothingLeft) {
  EXPECT_EQ(Books{two_sided()}.top(), "100 x 10 / 101 x 10");
  EXPECT_EQ(Books{two_sided().cancel('B', 1, 100, 4)}.top(), "100 x 6 / 101 x 10");
  const Books gone{two_sided().cancel('B', 1, 100, 4).cancel('B', 1, 100, 6)};
  EXPECT_EQ(gone.top(), "- / 101 x 10");
  EXPECT_EQ(gone.orders(), 1U);
}

TEST(DbnBook, ACancelOfMoreThanThereIsTakesAllAndIsCounted) {
  const Books books{two_sided().cancel('B', 1, 100, 11)};
  EXPECT_EQ(books.top(), "- / 101 x 10");
  EXPECT_EQ(books.faults(Fault::over_cancel), 1U);
  EXPECT_EQ(books.book().state.trust_state, book::TrustState::suspect);
}

TEST(DbnBook, AnOrderThatNobodyKnowsIsCounted) {
  const Books books{two_sided().cancel('B', 7, 100, 1)};
  EXPECT_EQ(books.faults(Fault::unknown_order), 1U);
}

TEST(DbnBook, AModifiedOrderKeepsItsPlaceOnlyWhenItShrinksAtItsPrice) {
  DbnFile file{dbn_head(2)};
  file.add('B', 1, 100, 5).add('B', 2, 100, 5).add('B', 3, 100, 5);
  EXPECT_EQ(Books{DbnFile{file}.modify('B', 1, 100, 4)}.ahead(1), 0U);
  EXPECT_EQ(Books{DbnFile{file}.modify('B', 1, 100, 6)}.ahead(1), 2U);
  EXPECT_EQ(Books{DbnFile{file}.modify('B', 1, 100, 5)}.ahead(1), 2U)
      << "shown anew after a fill: a reserve order goes to the back";
  EXPECT_EQ(Books{DbnFile{file}.modify('B', 1, 101, 5)}.top(), "101 x 5 / -");
}

TEST(DbnBook, TradesAndFillsDoNotChangeTheBookAndOnlyTradesAreVolume) {
  const Books books{two_sided().trade('B', 101, 3).fill('A', 2, 101, 3)};
  EXPECT_EQ(books.top(), "100 x 10 / 101 x 10");
  EXPECT_EQ(books.book().state.volume.value, 3);
  EXPECT_EQ(books.book().state.last_price.value, 101 * kPriceUnitsPerOne);
  EXPECT_EQ(Books{two_sided().trade('B', 101, 3).fill('A', 2, 101, 3).cancel('A', 2, 101, 3)}.top(),
            "100 x 10 / 101 x 7");
}

TEST(DbnBook, AClearEmptiesTheBook) {
  const Books books{two_sided().clear().add('B', 1, 90, 1)};
  EXPECT_EQ(books.top(), "90 x 1 / -");
  EXPECT_EQ(books.faults(Fault::duplicate_add), 0U);
}

TEST(DbnBook, ASnapshotReplacesWhatItNamesAgain) {
  const Books books{two_sided().add('B', 1, 99, 7, kSnapshot | DbnFile::kLast)};
  EXPECT_EQ(books.top(), "99 x 7 / 101 x 10");
  EXPECT_EQ(books.orders(), 2U);
  EXPECT_EQ(books.book().state.trust_state, book::TrustState::live);
}

TEST(DbnBook, AnAddThatComesTwiceOutsideASnapshotIsAFault) {
  const Books books{two_sided().add('B', 1, 99, 7)};
  EXPECT_EQ(books.top(), "100 x 10 / 101 x 10");
  EXPECT_EQ(books.faults(Fault::duplicate_add), 1U);
  EXPECT_EQ(books.book().state.trust_state, book::TrustState::suspect);
}

TEST(DbnBook, ALaterFilesSnapshotIsAllThereIs) {
  const DbnFile first = two_sided();
  DbnFile second{dbn_head(2)};
  second.after(kHour).add('A', 2, 101, 10, kSnapshot).add('B', 3, 98, 1, kSnapshot);
  second.add('B', 4, 97, 1);
  const Books books{{first.bytes(), second.bytes()}};
  EXPECT_EQ(books.top(), "98 x 1 / 101 x 10") << "order 1 has gone in between";
  EXPECT_EQ(books.orders(), 3U);
  // Without a snapshot the second file simply goes on.
  const DbnFile going_on = DbnFile{dbn_head(2)}.after(kHour).cancel('A', 2, 101, 10);
  EXPECT_EQ((Books{{first.bytes(), going_on.bytes()}}.top()), "100 x 10 / -");
}

TEST(DbnBook, AnOrderWithoutAPriceOrASideIsAFault) {
  const Books books{
      two_sided().order('A', 'B', 5, INT64_MAX, 1).order('A', 'N', 6, 100 * DbnFile::kOne, 1)};
  EXPECT_EQ(books.faults(Fault::bad_order), 2U);
  EXPECT_EQ(books.orders(), 2U);
  EXPECT_EQ(Books{two_sided().add('B', 5, 1, 0)}.faults(Fault::bad_quantity), 1U);
}

TEST(DbnBook, ExtremePricesHaveTheirLevels) {
  DbnFile file{dbn_head(2)};
  file.order('A', 'B', 1, INT64_MIN, 1).order('A', 'A', 2, INT64_MAX - 1, ~u32{0});
  EXPECT_EQ(Books{file}.orders(), 2U);
}

// The fast books and the slow ones agree on whatever bytes make of a day; the fixture compares.
TEST(DbnBook, DamagedRecordsMakeTheSameBookAsTheReference) {
  DbnFile file{dbn_head(2)};
  for (u64 id = 1; id <= 60; ++id) {
    const i64 tick = static_cast<i64>(id % 7);
    file.add('B', id, 100 - tick, 5).add('A', 1'000 + id, 101 + tick, 5);
    if (id % 3 == 0) file.modify('B', id - 1, 99, 4).cancel('A', 1'000 + id, 101 + tick, 2);
    if (id % 5 == 0) file.trade('B', 101, 1).fill('A', 1'001, 101, 1).cancel('A', 1'001, 101, 1);
  }
  u64 faulty = 0;
  for (const u64 seed : test::seeds(300)) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random{seed};
    std::string content = file.bytes();
    const std::size_t from = file.records().front();
    for (u64 flips = 1 + random.below(20); flips > 0; --flips) {
      content[from + random.below(content.size() - from)] ^=
          static_cast<char>(1U << random.below(8));
    }
    const Books books{{content}};
    for (std::size_t fault = 1; fault < book::kFaults; ++fault) {
      faulty += books.faults(static_cast<Fault>(fault));
    }
  }
  EXPECT_GT(faulty, 100U);
}

// ---------------------------------------------------------------------------------------------

DbnFile crossed() {
  return two_sided().add('B', 3, 102, 1);
}

TEST(DbnCrossed, BeforeTheFirstTradeItIsNoFault) {
  const Books books{crossed()};
  EXPECT_TRUE(books.book().crossed());
  EXPECT_EQ(books.crossings(), 0U);
  EXPECT_EQ(books.book().state.trust_state, book::TrustState::live);
}

TEST(DbnCrossed, AfterATradeOrAFillItIs) {
  EXPECT_EQ(Books{two_sided().trade('B', 101, 1).add('B', 3, 102, 1)}.crossings(), 1U);
  EXPECT_EQ(Books{two_sided().fill('A', 2, 101, 1).add('B', 3, 102, 1)}.crossings(), 1U);
  const Books stays{crossed().trade('B', 101, 1).add('B', 4, 90, 1)};
  EXPECT_EQ(stays.crossings(), 1U) << "still crossed when trading begins";
  EXPECT_EQ(stays.book().state.trust_state, book::TrustState::suspect);
}

TEST(DbnCrossed, InsideAVenuesEventItIsNone) {
  DbnFile file = two_sided().trade('B', 101, 10);
  file.add('B', 3, 101, 5, 0).add('B', 4, 102, 5, 0);  // crossed and locked on the way
  file.fill('A', 2, 101, 10).cancel('A', 2, 101, 10);
  EXPECT_EQ(Books{file}.top(), "102 x 5 / -");
  EXPECT_EQ(Books{file}.crossings(), 0U);
}

TEST(DbnCrossed, AnotherInstrumentsTradesDoNotMatter) {
  DbnFile file = two_sided().of(8).trade('B', 5, 1);
  EXPECT_EQ(Books{file.of(7).add('B', 3, 102, 1)}.crossings(), 0U);
}

TEST(DbnCrossed, ABreakEndsTradingUntilTheNextTrade) {
  DbnFile file = two_sided().trade('B', 101, 1);
  EXPECT_EQ(Books{DbnFile{file}.after(kHour / 2 - 1).add('B', 3, 102, 1)}.crossings(), 1U);
  file.after(kHour / 2).add('B', 3, 102, 1);
  EXPECT_EQ(Books{file}.crossings(), 0U);
  EXPECT_EQ(Books{file.trade('B', 101, 1).cancel('B', 3, 102, 1)}.crossings(), 0U);
  EXPECT_EQ(Books{file.add('B', 4, 102, 1)}.crossings(), 1U);
}

TEST(DbnCrossed, ABookBegunAnewWaitsForATrade) {
  DbnFile file = two_sided().trade('B', 101, 1).clear().add('B', 1, 100, 1);
  EXPECT_EQ(Books{DbnFile{file}.add('A', 2, 99, 1)}.crossings(), 0U);
  EXPECT_EQ(Books{file.trade('B', 101, 1).add('A', 2, 99, 1)}.crossings(), 1U);
}

TEST(DbnCrossed, StatusRecordsKnowBetterThanTrades) {
  constexpr u16 kPreOpen = 1, kTrading = 7, kHalt = 8, kPause = 9, kPreClose = 11, kClose = 12;
  EXPECT_EQ(Books{two_sided().status(kTrading, 'Y').add('B', 3, 102, 1)}.crossings(), 1U);
  EXPECT_EQ(Books{two_sided().status(kPreClose, 'Y').add('B', 3, 102, 1)}.crossings(), 1U);
  EXPECT_EQ(Books{two_sided().status(kPreClose, 'N').add('B', 3, 102, 1)}.crossings(), 0U);
  for (const u16 action : {kPreOpen, kHalt, kPause, kClose}) {
    DbnFile file = two_sided().status(action, 'N').trade('B', 101, 1).add('B', 3, 102, 1);
    EXPECT_EQ(Books{file}.crossings(), 0U) << action;
    EXPECT_EQ(Books{file.status(kTrading, 'Y')}.crossings(), 1U) << action;
  }
  // Says nothing of trading: a change of short-selling restrictions, and what is not known yet.
  for (const u16 action : std::array<u16, 4>{0, 14, 16, 0xFFFF}) {
    DbnFile file = two_sided().trade('B', 101, 1).status(action).add('B', 3, 102, 1);
    EXPECT_EQ(Books{file}.crossings(), 1U) << action;
  }
  const Books halted{two_sided().status(kHalt)};
  EXPECT_EQ(halted.book().state.trading, TradingState::halted);
}

}  // namespace
}  // namespace tapedeck::feeds::dbn
