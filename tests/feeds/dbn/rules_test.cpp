// Rules of Databento's documentation that a reader of the records alone would not guess. Each test
// names the page that states its rule: https://databento.com/docs/...
#include <algorithm>

#include <gtest/gtest.h>

#include "feeds/dbn/file_feed.hpp"
#include "tests/support/dbn_books.hpp"

namespace tapedeck::feeds::dbn {
namespace {

using book::Fault;
using book::TrustState;
using test::dbn_head;
using test::DbnBooks;
using test::DbnFile;
using test::DbnHead;
using test::DbnRun;
using Names = std::vector<std::string>;

constexpr u8 kLast = DbnFile::kLast, kOfSnapshot = DbnFile::kSnapshot;
constexpr u8 kTop = 64, kBadReceipt = 8, kMaybeBadBook = 4;
constexpr u64 kOneDay = 86'400, kSecond = 1'000'000'000;

DbnFile file() {
  return DbnFile{dbn_head(2)};
}

// --- Top of book: standards-and-conventions/common-fields-enums-types, F_TOB: "Top-of-book record,
// not an individual order". examples/order-book/limit-order-book: "Each Add message indicates the
// new top-of-book and replaces all levels on that side. Add messages with an UNDEF_PRICE price
// indicate there's no depth for that side."

TEST(DbnTopOfBook, AnAddReplacesItsSideWhateverItsId) {
  for (const u64 step : {0U, 1U}) {
    constexpr u64 kId = 5;
    DbnFile tops = file();
    tops.add('B', kId, 100, 300, kTop).add('A', kId + step, 101, 200, kTop | kLast);
    tops.add('B', kId + 2 * step, 99, 100, kTop | kLast);
    tops.add('A', kId + 3 * step, 103, 50, kTop | kLast);
    const DbnBooks books{tops};
    EXPECT_EQ(books.top(), "99 x 100 / 103 x 50") << step;
    EXPECT_EQ(books.orders(), 2U);
    EXPECT_EQ(books.trust(), TrustState::live);
  }
}

TEST(DbnTopOfBook, AnAddWithoutAPriceEmptiesItsSide) {
  DbnFile tops = file().add('B', 1, 100, 3, kTop).add('A', 1, 101, 3, kTop | kLast);
  tops.order('A', 'B', 2, INT64_MAX, 0, kTop | kLast);
  tops.order('A', 'B', 3, INT64_MAX, 0, kTop | kLast);
  const DbnBooks books{tops};
  EXPECT_EQ(books.top(), "- / 101 x 3");
  EXPECT_EQ(books.faults(), 0U) << "a side may be empty already";
  EXPECT_EQ((DbnBooks{tops.clear().order('A', 'A', 4, INT64_MAX, 0, kTop | kLast)}.faults()), 0U);
}

TEST(DbnTopOfBook, ARecordWithoutTheFlagHasAnOrderAndNeedsAPrice) {
  const DbnBooks books{file().add('B', 1, 100, 3).order('A', 'B', 2, INT64_MAX, 0)};
  EXPECT_EQ(books.top(), "100 x 3 / -");
  EXPECT_EQ(books.faults(Fault::bad_order), 1U);
  EXPECT_EQ(books.trust(), TrustState::suspect);
}

// --- Times: standards-and-conventions/common-fields-enums-types: the index timestamp of most
// schemas is ts_recv, which is monotonic. F_BAD_TS_RECV: "ts_recv is inaccurate due to clock issues
// or packet reordering". schemas-and-data-formats/mbo-snapshots: the records of a snapshot have the
// ts_event of their orders and the ts_recv of the snapshot, and are flagged F_BAD_TS_RECV.

TEST(DbnTimes, AnEventHasTheTimeOfItsReceipt) {
  const u64 at = DbnFile::kMidnight;
  const DbnRun run{file().at(at).received_at(at + 5).add('B', 1, 100, 1)};
  EXPECT_EQ(run.events.back().exchange_time.value, i64{DbnFile::kMidnight} + 5);
}

TEST(DbnTimes, AReceiptThatIsFlaggedBadGivesWayToTheVenuesTime) {
  const u64 at = DbnFile::kMidnight;
  const DbnRun run{file().at(at).received_at(at + 5).add('B', 1, 100, 1, kLast | kBadReceipt)};
  EXPECT_EQ(run.events.back().exchange_time.value, i64{DbnFile::kMidnight});
}

TEST(DbnTimes, ASnapshotIsOfTheMomentWhenItWasMade) {
  const u64 made = DbnFile::kMidnight + kSecond;
  DbnFile snapshot = file();
  snapshot.at(made - 90 * kOneDay * kSecond).received_at(made);
  snapshot.add('B', 1, 100, 1, kOfSnapshot | kBadReceipt);
  snapshot.at(made - kSecond)
      .received_at(made)
      .add('A', 2, 101, 1, kOfSnapshot | kBadReceipt | kLast);
  const DbnRun run{snapshot};
  for (const Event& event : run.events) {
    EXPECT_EQ(event.exchange_time.value, static_cast<i64>(made));
  }
  EXPECT_EQ(run.symbols(), Names{"ESH4"}) << "by the day of the snapshot";
}

TEST(DbnTimes, NoPollMixesASnapshotWithOtherRecords) {
  DbnFile day = file();
  for (u64 id = 1; id <= 300; ++id) day.add('B', id, 100, 1, kOfSnapshot);
  for (u64 id = 301; id <= 310; ++id) day.add('B', id, 100, 1);
  for (u64 id = 1; id <= 5; ++id) day.add('B', id, 100, 1, kOfSnapshot);
  const auto feed = test::dbn_feed({day.bytes()});
  std::vector<Event> storage(kMinPollBuffer);
  std::vector<std::pair<bool, u64>> runs;
  for (FeedStatus status = FeedStatus::ready; status != FeedStatus::ended;) {
    EventBuffer out{storage.data(), kMinPollBuffer};
    status = feed->poll(out, Nanos{0});
    for (const Event& event : out) {
      if (event.kind != Kind::add && event.kind != Kind::upsert) continue;
      EXPECT_EQ(event.kind == Kind::upsert, feed->restoring());
      if (runs.empty() || runs.back().first != feed->restoring())
        runs.push_back({feed->restoring(), 0});
      ++runs.back().second;
    }
  }
  EXPECT_EQ(runs, (std::vector<std::pair<bool, u64>>{{true, 300}, {false, 10}, {true, 5}}));
}

// --- Flags: schemas-and-data-formats/mbo: "N: no action: does not affect the book, but may carry
// flags". F_MAYBE_BAD_BOOK: "an unrecoverable gap was detected in the channel".

TEST(DbnFlags, LostMessagesMakeTheBookSuspectOnEveryAction) {
  for (const u8 last : {u8{0}, kLast}) {
    const auto flags = static_cast<u8>(kMaybeBadBook | last);
    const DbnFile good = file().add('B', 1, 100, 5);
    EXPECT_EQ(DbnBooks{good}.trust(), TrustState::live);
    for (const char action : {'A', 'C', 'M', 'R', 'T', 'F', 'N', 'x'}) {
      DbnFile bad{good};
      bad.order(action, 'B', action == 'A' ? 2 : 1, 100 * DbnFile::kOne, 1, flags);
      EXPECT_EQ(DbnBooks{bad}.trust(), TrustState::suspect) << action;
    }
  }
}

TEST(DbnFlags, ANoticeThatIsTheLastOfItsEventEndsIt) {
  for (const char action : {'N', 'F'}) {
    DbnFile day = file().trade('B', 101, 1).add('B', 1, 102, 1, 0).add('A', 2, 101, 1, 0);
    EXPECT_EQ(DbnBooks{day}.crossings(), 0U);
    EXPECT_EQ(DbnBooks{day.order(action, 'B', 1, 0, 1, kLast)}.crossings(), 1U) << action;
  }
}

// --- Modify: examples/order-book/limit-order-book: "If order not found, treat it as an add", and a
// modify that changes the side of its order is an error. A cancel has the side and the price of its
// order.

TEST(DbnChanges, AModifyOfAnUnknownOrderAddsIt) {
  const DbnBooks books{file().modify('B', 8, 100, 3).modify('B', 8, 100, 2).add('B', 9, 100, 1)};
  EXPECT_EQ(books.top(), "100 x 3 / -");
  EXPECT_EQ(books.ahead(9), 1U);
  EXPECT_EQ(books.faults(), 0U);
  EXPECT_EQ(books.trust(), TrustState::live);
}

TEST(DbnChanges, ACancelOfAnotherSideOrPriceIsCountedAndMakesTheBookSuspect) {
  const DbnFile day = file().add('B', 1, 100, 5).add('A', 2, 101, 5);
  for (DbnFile bad : {DbnFile{day}.cancel('A', 1, 100, 2), DbnFile{day}.cancel('B', 1, 99, 2)}) {
    const DbnBooks books{bad};
    EXPECT_EQ(books.faults(Fault::contradiction), 1U);
    EXPECT_EQ(books.trust(), TrustState::suspect);
    EXPECT_EQ(books.top(), "100 x 3 / 101 x 5") << "the id says which order";
  }
  EXPECT_EQ(DbnBooks{DbnFile{day}.cancel('B', 1, 100, 2)}.faults(), 0U);
}

TEST(DbnChanges, AModifyToAnotherSideIsCountedAndMovesTheOrder) {
  const DbnBooks books{file().add('B', 1, 100, 5).modify('A', 1, 103, 4)};
  EXPECT_EQ(books.faults(Fault::contradiction), 1U);
  EXPECT_EQ(books.trust(), TrustState::suspect);
  EXPECT_EQ(books.top(), "- / 103 x 4");
}

// --- Trades: schemas-and-data-formats/trades: the records of this schema are the T records of mbo.

TEST(DbnTrades, ATradeInTwoSchemasCountsOnce) {
  constexpr i64 kPrice = 101 * DbnFile::kOne;
  DbnFile orders_first = file().add('A', 1, 101, 9);
  orders_first.trade('B', 101, 3).again().trade_record('B', kPrice, 3).cancel('A', 1, 101, 3);
  EXPECT_EQ(DbnBooks{orders_first}.volume(), 3);
  EXPECT_EQ(DbnBooks{orders_first}.input().duplicates, 1U);
  DbnFile trades_first = file().add('A', 1, 101, 9);
  trades_first.trade_record('B', kPrice, 3).again().trade('B', 101, 3).cancel('A', 1, 101, 3);
  EXPECT_EQ(DbnBooks{trades_first}.volume(), 3);
}

TEST(DbnTrades, EqualTradesOfOneSchemaAreAsManyTrades) {
  DbnFile day = file().trade('B', 101, 3).again().trade('B', 101, 3);
  EXPECT_EQ(DbnBooks{day}.volume(), 6);
  day.again().trade_record('B', 101 * DbnFile::kOne, 3);
  day.again().trade_record('B', 101 * DbnFile::kOne, 3);
  EXPECT_EQ(DbnBooks{day}.volume(), 6);
  day.again().trade_record('B', 101 * DbnFile::kOne, 3);
  EXPECT_EQ(DbnBooks{day}.volume(), 9) << "a third one";
  EXPECT_EQ(DbnBooks{day.again().trade_record('B', 102 * DbnFile::kOne, 3)}.volume(), 12);
}

TEST(DbnTrades, ARepeatInsideAVenuesEventDoesNotEndIt) {
  DbnFile day = file().trade('B', 101, 1).add('A', 2, 101, 1).add('B', 1, 102, 1, 0);
  day.trade('B', 101, 1).again().trade_record('B', 101 * DbnFile::kOne, 1);
  EXPECT_EQ(DbnBooks{day.cancel('A', 2, 101, 1)}.crossings(), 0U);
}

// --- Continuous contracts: standards-and-conventions/symbology, "Continuous": a symbol such as
// ES.c.0 stands for one instrument after the other. Books belong to instrument ids.

DbnHead rolling() {
  DbnHead head{.symbols_in = 3};
  head.mappings = {{"ES.c.0", {{20231225, 20231226, "100"}, {20231226, 20231227, "200"}}},
                   {"ES.c.1", {{20231225, 20231226, "200"}, {20231226, 20231227, "300"}}}};
  return head;
}
DbnFile before_the_roll() {
  return DbnFile{rolling()}.of(100).add('B', 1, 100, 5).of(200).add('B', 2, 110, 6);
}

TEST(DbnRolls, AnIdKeepsItsOrdersUnderItsNewSymbol) {
  const DbnBooks books{before_the_roll().after(kOneDay).of(200).add('A', 3, 111, 7)};
  EXPECT_EQ(books.symbols(), (Names{"#100", "ES.c.0"}));
  EXPECT_EQ(books.top("ES.c.0"), "110 x 6 / 111 x 7");
  EXPECT_EQ(books.top("#100"), "100 x 5 / -");
}

TEST(DbnRolls, AnyOrderOfTheFirstRecordsAfterwardsGivesTheSameBooks) {
  std::vector<u32> ids{100, 200, 300};
  do {
    DbnFile day = before_the_roll().after(kOneDay);
    for (const u32 id : ids) day.of(id).add('A', 9, 120, 1);
    const DbnBooks books{day};
    EXPECT_EQ(books.top("ES.c.0"), "110 x 6 / 120 x 1");
    EXPECT_EQ(books.top("ES.c.1"), "- / 120 x 1");
    EXPECT_EQ(books.top("#100"), "100 x 5 / 120 x 1");
    EXPECT_EQ(books.symbols().size(), 3U);
  } while (std::ranges::next_permutation(ids).found);
}

TEST(DbnRolls, TheOrdersOfASymbolThatIsAskedForAreKnownFromBeforeTheRoll) {
  DbnFile day = before_the_roll().after(kOneDay).of(200).add('A', 3, 111, 7);
  EXPECT_EQ(DbnBooks(day, {"ES.c.0"}).top("ES.c.0"), "110 x 6 / 111 x 7");
  const DbnBooks none{day, {"ES.c.1"}};
  EXPECT_EQ(none.top("ES.c.1"), "- / -") << "it is of another id now";
  EXPECT_EQ(none.trust("ES.c.1"), TrustState::suspect);
  const DbnBooks next{day.of(300).add('B', 4, 120, 1), {"ES.c.1"}};
  EXPECT_EQ(next.top("ES.c.1"), "120 x 1 / -");
  EXPECT_EQ(next.symbols(), Names{"ES.c.1"});
  EXPECT_EQ(next.trust("ES.c.1"), TrustState::live);
}

// --- Names that become known late: a definition, or a symbol mapping of the live service, may
// follow records of its id (api-reference-live, "Symbol mapping").

TEST(DbnLateNames, EveryPublisherOfAnIdKeepsItsOrders) {
  DbnFile day{2};
  constexpr u16 kPublishers = 40;
  for (u16 publisher = 1; publisher <= kPublishers; ++publisher) {
    day.of(7, publisher).add('B', 1, publisher, 1);
  }
  day.of(7, 1).definition("ESH4");
  for (u16 publisher = 1; publisher <= kPublishers; ++publisher) {
    day.of(7, publisher).add('A', 2, 100, 1);
  }
  const DbnBooks books{day};
  EXPECT_EQ(books.symbols().size(), kPublishers) << "no order has gone to another book";
  EXPECT_EQ(books.top("ESH4"), "1 x 1 / 100 x 1");
  EXPECT_EQ(books.top("ESH4#7@40"), "40 x 1 / 100 x 1");
}

TEST(DbnLateNames, ARenamedInstrumentKeepsItsRoundLot) {
  const DbnRun run{before_the_roll().of(100).definition("ESH4", 5).after(kOneDay).of(200).clear()};
  const auto renamed = std::ranges::find_if(run.events, [](const Event& event) {
    return event.kind == Kind::define && event.define.name() == "#100";
  });
  ASSERT_NE(renamed, run.events.end());
  EXPECT_EQ(renamed->define.round_lot, 5U);
}

TEST(DbnLateNames, OrdersAreKeptThoughAnEarlierIdHadTheName) {
  DbnHead monday;
  monday.mappings = {{"ESH4", {{20231225, 20231226, "6"}}}};
  const DbnFile first = DbnFile{monday}.of(6).add('B', 1, 90, 1);
  DbnFile second{DbnHead{}};
  second.after(kOneDay).of(7).add('B', 1, 100, 1).definition("ESH4").add('A', 2, 101, 1);
  const DbnBooks books{{first.bytes(), second.bytes()}};
  EXPECT_EQ(books.symbols(), (Names{"#6", "ESH4"}));
  EXPECT_EQ(books.top("ESH4"), "100 x 1 / 101 x 1");
}

// --- Schemas: the metadata's `schema` (standards-and-conventions/databento-binary-encoding).

TEST(DbnSchemas, AFileOfAnotherSchemaNamesItAndIsComplete) {
  const DbnRun bars{DbnFile{DbnHead{.schema = 5}}.other(0x20, 56)};
  EXPECT_EQ(bars.feed->bookless_schema(), "ohlcv-1s");
  EXPECT_TRUE(bars.feed->complete());
  EXPECT_EQ(DbnRun{DbnFile{DbnHead{.schema = 19}}}.feed->bookless_schema(), "bbo-1m");
  EXPECT_EQ(DbnRun{DbnFile{DbnHead{.schema = 0xFFFF}}}.feed->bookless_schema(), "mixed");
  EXPECT_EQ(DbnRun{DbnFile{DbnHead{.schema = 77}}}.feed->bookless_schema(), "77");
  EXPECT_EQ(DbnRun{file()}.feed->bookless_schema(), "");
}

TEST(DbnSchemas, AFileWithTooFewRecordsSaysWhatItShouldHave) {
  DbnHead head = dbn_head(1);
  head.records = 5'000;
  EXPECT_EQ(DbnRun{DbnFile{head}.add('B', 1, 100, 1)}.feed->expected_end(),
            "the number of records that its metadata states (5,000)");
}

}  // namespace
}  // namespace tapedeck::feeds::dbn
