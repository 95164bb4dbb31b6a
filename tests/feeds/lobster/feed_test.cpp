#include "feeds/lobster/feed.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include "feeds/lobster/files.hpp"
#include "tests/support/lobster_market.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/zip_writer.hpp"

namespace tapedeck::feeds::lobster {
namespace {

using test::LobsterMarket;
using test::LobsterPair;
using test::ZipWriter;

constexpr Nanos kNow{77};
const std::string kPlain =
    "1.5,1,7,10,200,-1\n1.5,2,7,3,200,-1\n2,4,7,2,200,-1\n2.5,3,7,5,200,-1\n"
    "3,5,0,9,195,1\n4,6,-1,50,190,1\n5,7,0,0,-1,-1\n6,7,0,0,0,-1\n7,7,0,0,1,-1\n";

// The feed reads from `messages` and `book` where they are.
LobsterFeed feed_of(const std::string& messages, const std::string* book = nullptr,
                    std::size_t step = SIZE_MAX) {
  return {memory_source("m.csv", as_bytes_of(messages), step),
          book != nullptr ? memory_source("b.csv", as_bytes_of(*book), step) : nullptr,
          {"TEST", Nanos{1'000'000'000'000}, {}}};
}

// Everything poll() gives, with a buffer of that capacity.
std::vector<Event> poll_all(LobsterFeed& feed, u32 capacity = 4 * kMinPollBuffer) {
  std::vector<Event> storage(capacity);
  std::vector<Event> all;
  for (FeedStatus status = FeedStatus::ready; status != FeedStatus::ended;) {
    EventBuffer out{storage.data(), capacity};
    const u64 rows = feed.rows();
    status = feed.poll(out, kNow);
    EXPECT_LE(feed.rows() - rows, kMaxMessagesPerPoll);
    EXPECT_LE(out.size(), capacity);
    all.insert(all.end(), out.begin(), out.end());
  }
  return all;
}

bool same(const std::vector<Event>& a, const std::vector<Event>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Event)) == 0;
}

void expect_damage(const LobsterFeed& feed, u64 row, const std::string& words) {
  ASSERT_TRUE(feed.damage()) << words;
  EXPECT_TRUE(feed.damage()->offset_is_row);
  EXPECT_EQ(feed.damage()->offset, row) << feed.damage()->message();
  EXPECT_NE(feed.damage()->message().find(words), std::string::npos) << feed.damage()->message();
  EXPECT_FALSE(feed.complete());
}

void expect_damage_in(const std::string& messages, u64 row, const std::string& words) {
  LobsterFeed feed = feed_of(messages);
  const auto events = poll_all(feed);
  expect_damage(feed, row, words);
  EXPECT_EQ(feed.rows(), row - 1);
  EXPECT_EQ(events.empty(), row == 1);
}

TEST(LobsterFeed, APlainRowIsOneEventOfItsKind) {
  LobsterFeed feed = feed_of(kPlain);
  const auto events = poll_all(feed);
  std::string kinds;
  for (const Event& event : events) kinds += std::string{name_of(event.kind)} + " ";
  EXPECT_EQ(kinds,
            "define trading_state add reduce execute remove trade cross trading_state "
            "trading_state trading_state ");
  EXPECT_EQ(events[0].define.name(), "TEST");
  EXPECT_EQ(events[1].state.state, TradingState::trading);
  EXPECT_EQ(events[2].order.price.value, 20'000'000);
  EXPECT_EQ(events[2].exchange_time.value, 1'001'500'000'000);
  EXPECT_EQ(events[2].due_time, kNow);
  EXPECT_EQ(events[6].side, Side::bid);
  EXPECT_EQ(events[8].state.state, TradingState::halted);
  EXPECT_EQ(events[9].state.state, TradingState::quotation_only);
  EXPECT_EQ(events[10].state.state, TradingState::trading);
  EXPECT_TRUE(feed.complete());
  EXPECT_EQ(feed.last_sequence(), 9U);
  EXPECT_EQ(feed.counters().messages, 9U);
  EXPECT_EQ(feed.counters().bytes, kPlain.size());
}

TEST(LobsterFeed, EventsOfOneMessageShareItsNumberAndTimeAndTheLastIsFlagged) {
  const LobsterPair pair = LobsterMarket{1, 3}.record(500);
  LobsterFeed feed = feed_of(pair.messages, &pair.book);
  const auto events = poll_all(feed);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const bool last = i + 1 == events.size() || events[i + 1].sequence != events[i].sequence;
    EXPECT_EQ((events[i].flags & kLastOfEvent) != 0, last) << i;
    EXPECT_TRUE(last || events[i].exchange_time == events[i + 1].exchange_time) << i;
  }
  EXPECT_EQ(events.back().sequence, 500U);
  EXPECT_TRUE(feed.complete());
  EXPECT_GT(feed.counters().completions, 6U);
}

TEST(LobsterFeed, TheSmallestBufferGivesTheSameEventsAsALargeOne) {
  const LobsterPair pair = LobsterMarket{2, 5}.record(2'000);
  LobsterFeed large = feed_of(pair.messages, &pair.book);
  const auto expected = poll_all(large, 100'000);
  for (const u32 capacity : {1U, 7U, kMinPollBuffer}) {
    LobsterFeed small = feed_of(pair.messages, &pair.book);
    EXPECT_TRUE(same(poll_all(small, capacity), expected)) << capacity;
  }
}

TEST(LobsterFeed, ASlowPipeGivesTheSameEventsAsAWholeFile) {
  const LobsterPair pair = LobsterMarket{3, 2}.record(300);
  LobsterFeed whole = feed_of(pair.messages, &pair.book);
  LobsterFeed slow = feed_of(pair.messages, &pair.book, 1);
  EXPECT_TRUE(same(poll_all(slow), poll_all(whole)));
}

// The pieces of a source end anywhere in a row, between its '\r' and its '\n' too.
TEST(LobsterFeed, RowsThatPiecesCutAreTheSameRows) {
  LobsterPair pair = LobsterMarket{12, 4}.record(300);
  LobsterFeed whole = feed_of(pair.messages, &pair.book);
  const auto expected = poll_all(whole);
  for (std::string* text : {&pair.messages, &pair.book}) {
    for (std::size_t at = 0; (at = text->find('\n', at)) != std::string::npos; at += 2) {
      text->insert(at, "\r");
    }
    text->resize(text->size() - 2);
  }
  for (const std::size_t step : {2U, 7U, 64U, 193U, 4096U}) {
    LobsterFeed cut = feed_of(pair.messages, &pair.book, step);
    EXPECT_TRUE(same(poll_all(cut), expected)) << step;
    EXPECT_TRUE(cut.complete()) << step;
  }
}

TEST(LobsterFeed, LineEndsMayBeThoseOfWindowsAndTheLastMayBeMissing) {
  std::string windows = kPlain;
  for (std::size_t at = 0; (at = windows.find('\n', at)) != std::string::npos; at += 2) {
    windows.insert(at, "\r");
  }
  windows.resize(windows.size() - 2);
  LobsterFeed feed = feed_of(windows);
  LobsterFeed expected = feed_of(kPlain);
  EXPECT_TRUE(same(poll_all(feed), poll_all(expected)));
  EXPECT_TRUE(feed.complete());
}

// What editors, spreadsheets and exports make of a table of text (Unicode 15.0, 23.8, for the
// mark).
TEST(LobsterFeed, MarksHeadersAndBlankLinesAreNoRows) {
  LobsterFeed plain = feed_of(kPlain);
  const auto expected = poll_all(plain);
  const std::string mark = "\xEF\xBB\xBF";
  const std::string header = "Time,Type,OrderID,Size,Price,Direction\r\n";
  const std::string middle = kPlain.substr(0, 18) + "\n \t\r\n\n" + kPlain.substr(18);
  for (const std::string& text :
       {mark + kPlain, header + kPlain, mark + header + kPlain, "\r\n\n" + kPlain, kPlain + "\n",
        kPlain + "\r\n\r\n", kPlain + "  ", middle, mark + "\n" + header + middle + "\n"}) {
    for (const std::size_t step : {std::size_t{1}, SIZE_MAX}) {
      LobsterFeed feed = feed_of(text, nullptr, step);
      EXPECT_TRUE(same(poll_all(feed), expected)) << text;
      EXPECT_TRUE(feed.complete()) << text;
      EXPECT_EQ(feed.counters().bytes, text.size());
      EXPECT_EQ(feed.counters().messages, 9U);
    }
  }
}

TEST(LobsterFeed, TheBookFileMayHaveThemWhereTheMessagesDoNot) {
  const LobsterPair pair = LobsterMarket{9, 2}.record(50);
  LobsterFeed plain = feed_of(pair.messages, &pair.book);
  const auto expected = poll_all(plain);
  const std::string book =
      "\xEF\xBB\xBF"
      "AskPrice1,AskSize1,BidPrice1,BidSize1\n\n" +
      pair.book + "\n";
  LobsterFeed feed = feed_of(pair.messages, &book);
  EXPECT_TRUE(same(poll_all(feed), expected));
  EXPECT_TRUE(feed.complete());
}

TEST(LobsterFeed, ABadRowHasTheNumberThatAnEditorShows) {
  const std::string good = "1,1,7,10,200,-1\n";
  const std::string bad = "time,type\n\n" + good + "\n" + good + "1,1,x,10,200,-1\n";
  LobsterFeed feed = feed_of(bad);
  EXPECT_EQ(poll_all(feed).back().sequence, 2U);
  expect_damage(feed, 6, "row 6: column 3 is \"x\"");
  const std::string book = "\nask,size\n201,1,200,5\n";
  const std::string messages = good + "\n" + good;
  LobsterFeed pair = feed_of(messages, &book);
  EXPECT_EQ(poll_all(pair).back().sequence, 1U);
  expect_damage(pair, 4, "after row 3; expected the book after message 3 of m.csv");
}

TEST(LobsterFeed, AFileOfBlankLinesOnlyEndsDamaged) {
  const std::string blank = "time,type\n\n\n";
  LobsterFeed few = feed_of(blank);
  EXPECT_TRUE(poll_all(few).empty());
  expect_damage(few, 4, "no row before the end of the file");
  const std::string many(kMaxBlankLines + 10, '\n');
  LobsterFeed feed = feed_of(many);
  EXPECT_TRUE(poll_all(feed).empty());
  expect_damage(feed, kMaxBlankLines + 1, "blank lines");
}

TEST(LobsterFeed, TextInUtf16NamesTheProgramThatConvertsIt) {
  const std::string text{
      "\xFF\xFE"
      "1\0,\0"
      "1\0\n\0",
      10};
  LobsterFeed feed = feed_of(text);
  EXPECT_TRUE(poll_all(feed).empty());
  expect_damage(feed, 1, "iconv -f UTF-16");
}

TEST(LobsterFeed, TimeThatGoesBackwardsIsCountedAndKept) {
  const std::string rows = "2,1,7,10,200,-1\n1,1,8,10,200,-1\n1.5,1,9,10,200,-1\n3,3,7,10,200,1\n";
  LobsterFeed feed = feed_of(rows);
  EXPECT_EQ(poll_all(feed).size(), 6U);
  EXPECT_EQ(feed.counters().time_backwards, 2U);
}

TEST(LobsterFeed, ABadRowEndsTheLineAndIsNamed) {
  const std::string good = "1,1,7,10,200,-1\n";
  expect_damage_in("", 1, "an empty file");
  expect_damage_in("time,1,id,size,price,direction\n" + good, 1, "column 1 is \"time\"");
  expect_damage_in(good + "1,1,x,10,200,-1\n" + good, 2, "column 3 is \"x\"");
  expect_damage_in(good + good + "1,1,7\n", 3, "column 4 is the end of the row");
  expect_damage_in(good + ",\n" + good, 2, "column 1 is \"\"");
  expect_damage_in(good + std::string(kMaxRow + 1, '1'), 2, "no line end");
  expect_damage_in(
      "\x7F"
      "ELF\x02\x01\n",
      1, "\\x7fELF\\x02\\x01");
  expect_damage_in("200,1,190,5\n", 1, "looks like an orderbook file");
}

TEST(LobsterFeed, NoiseIsDamageInItsFirstRow) {
  Random random{5};
  std::string noise(300'000, ' ');
  for (char& c : noise) c = static_cast<char>(random.below(256));
  expect_damage_in(noise, 1, "column 1");
}

TEST(LobsterFeed, ABadBookRowIsNamedInTheBookFile) {
  LobsterPair pair = LobsterMarket{4, 2}.record(10);
  std::size_t at = 0;
  for (int i = 0; i < 6; ++i) at = pair.book.find('\n', at) + 1;
  pair.book[at] = 'x';
  LobsterFeed feed = feed_of(pair.messages, &pair.book);
  EXPECT_EQ(poll_all(feed).back().sequence, 6U);
  expect_damage(feed, 7, "b.csv: row 7: column 1 is \"x");
  EXPECT_EQ(feed.counters().malformed, 1U);
}

TEST(LobsterFeed, FilesOfDifferentLengthAreDamageWhereTheShorterEnds) {
  const LobsterPair pair = LobsterMarket{5, 2}.record(10);
  const auto without_last = [](const std::string& text) {
    return text.substr(0, text.rfind('\n', text.size() - 2) + 1);
  };
  const std::string short_book = without_last(pair.book);
  LobsterFeed book_ends = feed_of(pair.messages, &short_book);
  EXPECT_EQ(poll_all(book_ends).back().sequence, 9U);
  expect_damage(book_ends, 10,
                "b.csv: row 10: the end of the book file after row 9; expected the "
                "book after message 10 of m.csv");
  const std::string short_messages = without_last(pair.messages);
  LobsterFeed messages_end = feed_of(short_messages, &pair.book);
  EXPECT_EQ(poll_all(messages_end).back().sequence, 9U);
  expect_damage(messages_end, 10,
                "m.csv: row 10: the end of the messages after row 9; expected a "
                "message for row 10 of b.csv");
}

TEST(LobsterFeed, FilesCutAnywhereGiveWhatWasRightBefore) {
  const LobsterPair pair = LobsterMarket{6, 2}.record(25);
  LobsterFeed whole = feed_of(pair.messages, &pair.book);
  const auto expected = poll_all(whole);
  const auto expect_beginning = [&](const std::string& messages, const std::string& book) {
    LobsterFeed feed = feed_of(messages, &book);
    const auto got = poll_all(feed);
    // A number cut short is another number, so the last row may differ.
    const u64 sound = feed.rows() == 0 ? 0 : feed.rows() - 1;
    for (std::size_t i = 0; i < got.size() && got[i].sequence <= sound; ++i) {
      ASSERT_EQ(std::memcmp(&got[i], &expected[i], sizeof(Event)), 0) << i;
    }
  };
  for (std::size_t size = 0; size < pair.messages.size(); ++size) {
    expect_beginning(pair.messages.substr(0, size), pair.book);
  }
  for (std::size_t size = 0; size < pair.book.size(); ++size) {
    expect_beginning(pair.messages, pair.book.substr(0, size));
  }
}

TEST(LobsterFeed, FlippedBytesNeverDoMoreThanEndTheLine) {
  const LobsterPair pair = LobsterMarket{7, 3}.record(40);
  Random random{11};
  for (int round = 0; round < 3'000; ++round) {
    LobsterPair flipped = pair;
    std::string& text = random.chance(0.5) ? flipped.messages : flipped.book;
    char& byte = text[random.below(text.size())];
    byte = static_cast<char>(byte ^ (1 << random.below(8)));
    LobsterFeed feed = feed_of(flipped.messages, &flipped.book);
    (void)poll_all(feed);
    EXPECT_NE(feed.complete(), feed.damage().has_value());
  }
}

class LobsterZip : public ::testing::Test {
 protected:
  static constexpr const char* kMessages = "ABC_2012-06-21_1_2_message_2.csv";
  static constexpr const char* kBook = "ABC_2012-06-21_1_2_orderbook_2.csv";

  [[nodiscard]] LobsterFeed feed_of_zip(const std::string& bytes) const {
    auto day = open_lobster_zip(folder_.write("a.zip", bytes));
    return {std::move(day.messages), std::move(day.book), {day.symbol, Nanos{0}, {}}};
  }
  [[nodiscard]] std::string zip(u32 crc_error = 0) const {
    return ZipWriter{}
        .add({.name = kBook, .content = pair_.book})
        .add({.name = kMessages, .content = pair_.messages, .crc_error = crc_error})
        .bytes_with_comment();
  }

  LobsterPair pair_ = LobsterMarket{8, 2}.record(100);
  test::TemporaryFolder folder_{"lobster"};
};

TEST_F(LobsterZip, BothFilesOfADayAreFoundByTheirNames) {
  LobsterFeed feed = feed_of_zip(zip());
  const auto events = poll_all(feed);
  EXPECT_EQ(events[0].define.name(), "ABC");
  EXPECT_EQ(events.back().sequence, 100U);
  EXPECT_TRUE(feed.complete());
  EXPECT_EQ(feed.progress().read, feed.progress().total);
}

// Finder's "Compress" stores the attributes of every file in an entry __MACOSX/._NAME.
TEST_F(LobsterZip, EntriesThatMacosAddsAreNoDays) {
  const std::string attributes{"\0\5\x16\7", 4};
  const std::string folder = "ABC/";
  LobsterFeed feed = feed_of_zip(
      ZipWriter{}
          .add({.name = folder, .content = ""})
          .add({.name = folder + ".DS_Store", .content = attributes})
          .add({.name = folder + kMessages, .content = pair_.messages})
          .add({.name = "__MACOSX/ABC/._" + std::string{kMessages}, .content = attributes})
          .add({.name = folder + "._" + kMessages, .content = attributes})
          .add({.name = folder + kBook, .content = pair_.book})
          .bytes_with_comment());
  EXPECT_EQ(poll_all(feed).back().sequence, 100U);
  EXPECT_TRUE(feed.complete());
  EXPECT_TRUE(feed.warnings().empty()) << "the book was found";
}

TEST_F(LobsterZip, AFolderMayBeNamedAsItsFilesAre) {
  const std::string folder = "my_message_files_message_.csv/";
  LobsterFeed feed = feed_of_zip(ZipWriter{}
                                     .add({.name = folder + "notes.csv", .content = "1,2"})
                                     .add({.name = folder + kMessages, .content = pair_.messages})
                                     .add({.name = folder + kBook, .content = pair_.book})
                                     .bytes_with_comment());
  EXPECT_EQ(poll_all(feed).back().sequence, 100U);
  EXPECT_TRUE(feed.complete());
  EXPECT_TRUE(feed.warnings().empty()) << "the book was found";
}

TEST_F(LobsterZip, AnArchiveWithoutItsBookGivesThePlainStream) {
  LobsterFeed feed = feed_of_zip(
      ZipWriter{}.add({.name = kMessages, .content = pair_.messages}).bytes_with_comment());
  EXPECT_EQ(poll_all(feed).size(), 102U);
}

TEST_F(LobsterZip, ATruncatedArchiveIsDamageBeforeItsFirstRow) {
  LobsterFeed feed = feed_of_zip(zip().substr(0, zip().size() / 2));
  EXPECT_TRUE(poll_all(feed).empty());
  expect_damage(feed, 1, "a.zip: row 1: the end of the file");
}

TEST_F(LobsterZip, AnArchiveWithoutMessagesIsDamage) {
  LobsterFeed feed =
      feed_of_zip(ZipWriter{}.add({.name = "readme.txt", .content = "x"}).bytes_with_comment());
  EXPECT_TRUE(poll_all(feed).empty());
  expect_damage(feed, 1, "an archive without a message file");
}

TEST_F(LobsterZip, AWrongChecksumIsDamageAfterTheLastRow) {
  LobsterFeed feed = feed_of_zip(zip(1));
  EXPECT_EQ(poll_all(feed).back().sequence, 100U);
  expect_damage(feed, 101, "the CRC-32");
}

TEST_F(LobsterZip, AFlippedByteInsideAnEntryIsDamageUnlessTheContentStaysTheSame) {
  const std::string whole = zip();
  LobsterFeed sound = feed_of_zip(whole);
  const auto expected = poll_all(sound);
  u32 damaged = 0;
  const std::size_t content = whole.find(kBook) + std::strlen(kBook);
  for (std::size_t at = content; at < content + 400; at += 7) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x20);
    LobsterFeed feed = feed_of_zip(flipped);
    const auto events = poll_all(feed);
    // Deflate can say the same twice: a match in another place, a code that is never used.
    if (feed.damage()) {
      ++damaged;
      EXPECT_EQ(feed.damage()->offset, feed.rows() + 1);
    } else {
      EXPECT_TRUE(same(events, expected)) << at;
    }
  }
  EXPECT_GT(damaged, 40U);
}

// The names are those inside LOBSTER's archives; people pack the files that they unpacked.
TEST_F(LobsterZip, ABookFileIsFoundBesideItsMessagesHoweverEitherIsPacked) {
  const std::string messages = folder_.path(kMessages);
  EXPECT_FALSE(book_beside(messages));
  const std::string zst = folder_.write(std::string{kBook} + ".zst", "");
  EXPECT_EQ(book_beside(messages), zst);
  EXPECT_EQ(book_beside(messages + ".gz"), zst);
  const std::string gz = folder_.write(std::string{kBook} + ".gz", "");
  const std::string plain = folder_.write(kBook, "");
  EXPECT_EQ(book_beside(messages), plain);
  EXPECT_EQ(book_beside(messages + ".gz"), gz) << "a pair is usually packed in the same way";
  EXPECT_EQ(book_beside(messages + ".zst"), zst);
  for (const std::string& other :
       {plain, std::string{"-"}, std::string{}, folder_.path("ABC_message_2.itch"),
        folder_.path("ABC_2012-06-21_1_2_message.csv")}) {
    EXPECT_FALSE(book_beside(other)) << other;
  }
}

TEST_F(LobsterZip, TheSymbolIsThePartBeforeTheFirstUnderscore) {
  EXPECT_EQ(lobster_symbol("GOOG_2012-06-21_34200000_57600000_message_10.csv"), "GOOG");
  EXPECT_EQ(lobster_symbol("some_folder/AAPL_message.csv"), "AAPL");
  EXPECT_EQ(lobster_symbol("noise"), "noise");
}

}  // namespace
}  // namespace tapedeck::feeds::lobster
