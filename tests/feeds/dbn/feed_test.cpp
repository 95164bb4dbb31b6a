#include <gtest/gtest.h>

#include "engine/core/error.hpp"
#include "feeds/catalog/catalog.hpp"
#include "feeds/dbn/archive.hpp"
#include "feeds/dbn/file_feed.hpp"
#include "tests/support/compress.hpp"
#include "tests/support/dbn_file_writer.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/zip_writer.hpp"

namespace tapedeck::feeds::dbn {
namespace {

using test::dbn_head;
using test::DbnFile;
using test::DbnHead;
using test::DbnRun;
using test::same_events;

// A little of everything that is read.
DbnFile day(u8 version, bool send_times = false) {
  DbnHead head = dbn_head(version);
  head.send_times = send_times;
  DbnFile file{head};
  file.definition("ESH4", 5)
      .add('B', 1, 4800, 10, DbnFile::kSnapshot)
      .add('A', 2, 4801, 10, DbnFile::kSnapshot | DbnFile::kLast)
      .add('B', 3, 4799, 2)
      .modify('B', 3, 4800, 2)
      .trade('B', 4801, 4)
      .fill('A', 2, 4801, 4)
      .cancel('A', 2, 4801, 4)
      .of(8)
      .status(7, 'Y')
      .add('A', 2, 4850, 1)
      .system("heartbeat")
      .mapping("ES.FUT", "ESU4")
      .of(9)
      .mapping("ES.FUT", "ESU4")
      .add('A', 1, 4900, 1)
      .trade_record('A', 4900 * DbnFile::kOne, 1)
      .of(7)
      .clear();
  return file;
}

TEST(DbnFeed, TheVersionsDecodeToTheSameEvents) {
  const DbnRun first{day(1)};
  EXPECT_EQ(first.kinds(),
            "define trading_state upsert upsert* add* modify* trading_state trade notice reduce* "
            "define trading_state* add* define trading_state add* trading_state trade* clear "
            "trading_state*");
  EXPECT_EQ(first.symbols(), (std::vector<std::string>{"ESH4", "ESM4", "ESU4"}));
  EXPECT_TRUE(first.feed->complete());
  EXPECT_EQ(first.feed->counters().messages, 16U);
  EXPECT_EQ(first.feed->counters().malformed, 0U);
  EXPECT_EQ(first.feed->counters().unknown_type, 0U);
  EXPECT_EQ(first.feed->counters().oversized, 0U);
  for (const u8 version : test::kDbnVersions) {
    EXPECT_TRUE(same_events(DbnRun{day(version)}.events, first.events)) << int{version};
  }
}

TEST(DbnFeed, FilesOfDifferentVersionsAreOneChannelAllTheSame) {
  const DbnFile first = day(1), second = day(2), third = day(3);
  const DbnRun mixed{{first.bytes(), third.bytes(), second.bytes()}};
  const DbnRun alike{{second.bytes(), second.bytes(), second.bytes()}};
  EXPECT_TRUE(same_events(mixed.events, alike.events));
  EXPECT_EQ(mixed.feed->counters().messages, 48U);
  EXPECT_EQ(mixed.feed->counters().bytes, first.size() + second.size() + third.size());
}

TEST(DbnFeed, SendTimesBehindTheRecordsChangeNothing) {
  for (const u8 version : test::kDbnVersions) {
    const DbnRun run{day(version, true)};
    EXPECT_TRUE(same_events(run.events, DbnRun{day(version)}.events)) << int{version};
    EXPECT_EQ(run.feed->counters().oversized, 0U);
  }
}

TEST(DbnFeed, ThePiecesThatAFileComesInChangeNothing) {
  const DbnFile file = day(2);
  const DbnRun whole{file};
  for (const std::size_t step : {1U, 7U, 55U, 56U, 57U, 1000U}) {
    const DbnRun pieces{{file.bytes()}, {}, step};
    EXPECT_TRUE(same_events(pieces.events, whole.events)) << step;
    EXPECT_EQ(pieces.feed->counters().bytes, file.size());
  }
}

TEST(DbnFeed, ACompressedFileIsTheSameFile) {
  test::TemporaryFolder folder{"dbn"};
  const DbnFile file = day(3);
  for (const std::string& content : {test::zstd(file.bytes()), test::gzip(file.bytes())}) {
    std::vector<std::unique_ptr<ByteSource>> files;
    files.push_back(open_source(folder.write("day.dbn.zst", content)));
    FileFeed feed{std::move(files)};
    EXPECT_TRUE(same_events(test::drain(feed), DbnRun{file}.events));
    EXPECT_TRUE(feed.complete());
  }
}

// As Databento packs a batch download.
TEST(DbnFeed, AnArchiveWithADbnFileIsTheSameFile) {
  test::TemporaryFolder folder{"dbn-zip"};
  const DbnFile file = day(3);
  for (const std::string& content : {file.bytes(), test::zstd(file.bytes())}) {
    test::ZipWriter zip;
    zip.add({.name = "GLBX-20231225/metadata.json", .content = "{}"});
    zip.add({.name = "__MACOSX/._glbx.mbo.dbn", .content = "resources"});
    zip.add({.name = "GLBX-20231225/.glbx.mbo.dbn", .content = "half a copy"});
    zip.add({.name = "GLBX-20231225/glbx.mbo.dbn", .content = content});
    const std::string path = folder.write("GLBX-20231225.zip", zip.bytes_with_comment());
    FilesSpec request;
    request.paths = {path};
    OpenedFeeds opened = open_channels(request);
    ASSERT_EQ(opened.channels.size(), 1U);
    EXPECT_EQ(opened.channels[0].format, "dbn");
    EXPECT_TRUE(same_events(test::drain(*opened.channels[0].feed), DbnRun{file}.events));
    EXPECT_TRUE(opened.channels[0].feed->recording()->complete());
    zip.add({.name = "GLBX-20231225/next.mbo.dbn.zst", .content = content});
    request.paths = {folder.write("two.zip", zip.bytes_with_comment())};
    EXPECT_THROW((void)open_channels(request), ConfigError);
  }
}

TEST(DbnFeed, ACutFileInAnArchiveIsDamaged) {
  test::TemporaryFolder folder{"dbn-zip-damage"};
  const std::string packed = test::zstd(day(3).bytes());
  for (std::size_t cut = 8; cut < packed.size(); cut += 7) {
    test::ZipWriter zip;
    zip.add({.name = "day.dbn.zst", .content = packed.substr(0, cut)});
    const std::string path = folder.write("cut.zip", zip.bytes_with_comment());
    const auto plain = open_source(path);
    std::vector<std::unique_ptr<ByteSource>> files;
    files.push_back(open_archive(path, *plain, kMaxRatio));
    FileFeed feed{std::move(files)};
    (void)test::drain(feed);
    ASSERT_TRUE(feed.damage()) << cut;
    EXPECT_NE(feed.damage()->found.find("zstd"), std::string::npos) << feed.damage()->message();
  }
}

TEST(DbnFeed, OrdersHaveTheirNumbersAsOnTheWire) {
  const DbnRun run{DbnFile{dbn_head(1)}.at(5'000).add('B', 77, -12, 34)};
  ASSERT_EQ(run.kinds(), "define trading_state add*");
  EXPECT_EQ(run.events[0].define.source_id, 7U);
  EXPECT_EQ(run.events[1].state.state, TradingState::quotation_only);
  const Event& add = run.events[2];
  EXPECT_EQ(add.order.id.value, 77U);
  EXPECT_EQ(add.order.price.value, -12 * kPriceUnitsPerOne);
  EXPECT_EQ(add.order.quantity.value, 34);
  EXPECT_EQ(add.side, Side::bid);
  EXPECT_EQ(add.exchange_time.value, 5'000);
  EXPECT_EQ(add.due_time.value, 1);
  EXPECT_EQ(add.sequence, 1U);
  EXPECT_EQ(run.feed->last_sequence(), 101U) << "the venue's own number";
}

TEST(DbnFeed, ADefinitionGivesTheRoundLot) {
  for (const u8 version : test::kDbnVersions) {
    const DbnRun run{DbnFile{version}.definition("ESH4", 25)};
    ASSERT_FALSE(run.events.empty());
    EXPECT_EQ(run.events.back().define.name(), "ESH4");
    EXPECT_EQ(run.events.back().define.round_lot, 25U);
  }
}

TEST(DbnFeed, OnlyTheLastRecordOfAVenuesEventEndsIt) {
  DbnFile file{dbn_head(2)};
  file.add('B', 1, 100, 1).trade('A', 100, 1).fill('B', 1, 100, 1).cancel('B', 1, 100, 1, 0);
  file.add('A', 2, 101, 5);
  EXPECT_EQ(DbnRun{file}.kinds(),
            "define trading_state add* trading_state trade notice reduce add*");
}

TEST(DbnFeed, ARecordThatNoBookUsesEndsItsEventAllTheSame) {
  DbnFile file{dbn_head(2)};
  file.add('B', 1, 100, 1, 0).order('N', 'N', 0, INT64_MAX, 0, DbnFile::kLast);
  file.add('B', 2, 100, 1, 0).fill('B', 2, 100, 1, DbnFile::kLast);
  file.add('B', 3, 100, 1, 0).order('x', 'B', 3, 0, 1, DbnFile::kLast);
  const DbnRun run{file};
  EXPECT_EQ(run.kinds(),
            "define trading_state add notice trading_state* add trading_state notice "
            "trading_state* add trading_state*");
  EXPECT_EQ(run.events.back().state.state, TradingState::trading) << "what it was before";
  EXPECT_EQ(run.feed->counters().malformed, 1U);
}

TEST(DbnFeed, ATradeIsTheRestingSidesAndAFillIsOnlyNoticed) {
  DbnFile file{dbn_head(3)};
  file.trade('B', 100, 3).trade('A', 100, 4).trade('N', 100, 5);
  file.order('T', 'B', 1, INT64_MAX, 6, 0).fill('A', 9, 100, 3);
  const DbnRun run{file};
  ASSERT_EQ(run.kinds(), "define trading_state trade trade trade trade notice");
  EXPECT_EQ(run.events[2].side, Side::ask);
  EXPECT_EQ(run.events[3].side, Side::bid);
  EXPECT_EQ(run.events[4].side, Side::none);
  EXPECT_EQ(run.events[2].flags & kNonPrintable, 0);
  EXPECT_NE(run.events[5].flags & kNonPrintable, 0) << "a trade without a price counts for nothing";
  EXPECT_EQ(run.events[6].notice.type, 'F');
  EXPECT_EQ(run.events[6].notice.body[0], 9) << "the order's number comes first";
}

TEST(DbnFeed, AnUnknownTypeIsSkippedByItsLengthAndCounted) {
  DbnFile file{dbn_head(2)};
  file.add('B', 1, 100, 1).other(0x01, 80).other(0xFF, 16).other(0x14, 1020).add('B', 2, 100, 1);
  const DbnRun run{file};
  EXPECT_EQ(run.kinds(), "define trading_state add* add*");
  EXPECT_EQ(run.events.back().sequence, 5U);
  EXPECT_EQ(run.feed->counters().unknown_type, 3U);
  EXPECT_TRUE(run.feed->complete());
}

TEST(DbnFeed, ARecordLongerThanItsTypeIsReadAsFarAsTheTypeGoes) {
  DbnFile file{dbn_head(2)};
  file.add('B', 1, 100, 1).longer(4).add('B', 2, 100, 1).longer(300).add('B', 3, 100, 1);
  const DbnRun run{file};
  EXPECT_EQ(run.kinds(), "define trading_state add* add* add*");
  EXPECT_EQ(run.feed->counters().oversized, 2U);
}

TEST(DbnFeed, WhatDoesNotFitIsMalformed) {
  DbnFile file{dbn_head(2)};
  file.order('A', 'x', 1, 5, 1).order('\0', 'B', 1, 5, 1).trade_record('B', 5, 1, 'A');
  file.at(~u64{0}).add('B', 1, 100, 1);
  EXPECT_EQ(DbnRun{file}.feed->counters().malformed, 4U);
}

TEST(DbnFeed, WithoutATimeOfItsOwnARecordHasThatOfItsReceipt) {
  DbnFile file{dbn_head(2)};
  file.at(~u64{0}).received_at(DbnFile::kMidnight).add('B', 1, 100, 1);
  EXPECT_EQ(DbnRun{file}.events.back().exchange_time.value, i64{DbnFile::kMidnight});
}

TEST(DbnFeed, TimesGoingBackwardsAreCountedButNotThoseOfASnapshot) {
  DbnFile file{dbn_head(2)};
  file.add('B', 1, 100, 1).at(DbnFile::kMidnight).add('B', 2, 100, 1, DbnFile::kSnapshot);
  EXPECT_EQ(DbnRun{file}.feed->counters().time_backwards, 0U);
  file.add('B', 3, 100, 1);
  EXPECT_EQ(DbnRun{file}.feed->counters().time_backwards, 1U);
}

TEST(DbnFeed, ARecordAfterLostMessagesMakesItsBookDoubtful) {
  constexpr u8 kMaybeBadBook = 4;
  const DbnRun run{DbnFile{dbn_head(2)}.add('B', 1, 100, 1, DbnFile::kLast | kMaybeBadBook)};
  EXPECT_NE(run.events.back().flags & kDoubtful, 0);
}

TEST(DbnFeed, ErrorsInTheRecordingAreTold) {
  for (const u8 version : test::kDbnVersions) {
    const DbnRun run{DbnFile{version}.error("too slow\n").error("gone").system("hello")};
    ASSERT_EQ(run.feed->warnings().size(), 1U);
    EXPECT_NE(run.feed->warnings()[0].find("2 errors"), std::string::npos);
    EXPECT_NE(run.feed->warnings()[0].find("too slow"), std::string::npos);
    EXPECT_TRUE(run.events.empty());
    EXPECT_EQ(run.feed->counters().unknown_type, 0U);
  }
}

TEST(DbnFeed, AFileWithFewerRecordsThanItSaysIsNotComplete) {
  DbnHead head = dbn_head(1);
  head.records = 2;
  DbnFile file{head};
  file.add('B', 1, 100, 1);
  EXPECT_FALSE(DbnRun{file}.feed->complete());
  EXPECT_TRUE(DbnRun{file.add('B', 2, 100, 1)}.feed->complete());
}

TEST(DbnFeed, APollTakesABoundedNumberOfRecords) {
  DbnFile file{dbn_head(2)};
  for (u64 id = 1; id <= 1'000; ++id) file.add('B', id, 100, 1);
  const auto feed = test::dbn_feed({file.bytes()});
  std::vector<Event> storage(kMinPollBuffer);
  u64 before = 0;
  for (FeedStatus status = FeedStatus::ready; status != FeedStatus::ended;) {
    EventBuffer out{storage.data(), kMinPollBuffer};
    status = feed->poll(out, Nanos{0});
    EXPECT_LE(feed->counters().messages - before, kMaxMessagesPerPoll);
    EXPECT_GE(out.room(), 1U) << "the channel may have to say that it is damaged";
    before = feed->counters().messages;
  }
  EXPECT_EQ(before, 1'000U);
}

TEST(DbnFeed, RecordsOfManyEventsFitAnyBuffer) {
  DbnFile file{dbn_head(2)};
  for (u32 id = 100; id < 1'100; ++id) file.of(id).trade('B', 100, 1).fill('A', 1, 100, 1, 128);
  const DbnRun run{file};
  EXPECT_EQ(run.symbols().size(), 1'000U);
  EXPECT_EQ(run.events.back().sequence, 2'000U);
}

struct Rows final : MessageObserver {
  void on_message(Bytes message, Sequence /*sequence*/,
                  std::span<const Event> /*events*/) override {
    sizes.push_back(message.size());
  }
  std::vector<std::size_t> sizes;
};

TEST(DbnFeed, ATapSeesTheRecordsThatWereAskedFor) {
  DbnFile file{dbn_head(2)};
  file.add('B', 1, 100, 1).of(8).add('B', 1, 100, 1).of(7).other(0x01, 80).trade_record('B', 5, 1);
  Rows rows;
  const auto feed = test::dbn_feed({file.bytes()}, {"ESH4"}, SIZE_MAX, &rows);
  (void)test::drain(*feed);
  EXPECT_EQ(rows.sizes, (std::vector<std::size_t>{56, 80, 48}));
}

}  // namespace
}  // namespace tapedeck::feeds::dbn
