// Two recorded days of E-mini futures: how their book ends is known from elsewhere.
#include <array>
#include <map>

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/book/reference_book.hpp"
#include "feeds/replay/replay_feed.hpp"
#include "tests/support/data.hpp"
#include "tests/support/dbn_file_writer.hpp"

namespace tapedeck::feeds::dbn {
namespace {

constexpr const char* kSunday = "dbn/esh4-glbx-mdp3-20231224.mbo.dbn.zst";
constexpr const char* kMonday = "dbn/esh4-glbx-mdp3-20231225.mbo.dbn.zst";

std::unique_ptr<FileFeed> feed_of(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::unique_ptr<ByteSource>> files;
  for (const auto& path : paths) files.push_back(open_source(path.string()));
  return std::make_unique<FileFeed>(std::move(files));
}

constexpr i64 minute_of_monday(i64 hour, i64 minute) {
  return i64{test::DbnFile::kMidnight} + (hour * 60 + minute) * 60 * kNanosPerSecond;
}

TEST(DbnRecorded, TheBookEndsAsItIsKnownTo) {
  TAPEDECK_NEED_DATA(sunday, kSunday);
  TAPEDECK_NEED_DATA(monday, kMonday);
  const auto feed = feed_of({sunday, monday});
  book::BookSet books;
  book::ReferenceBookSet reference;
  books.open_channel(0, true);
  std::map<char, u64> notices;
  for (const Event& event : test::drain(*feed)) {
    ASSERT_EQ(books.apply(0, event), reference.apply(0, event)) << event.sequence;
    if (event.kind == Kind::notice) ++notices[event.notice.type];
  }
  EXPECT_TRUE(feed->complete());
  EXPECT_EQ(feed->counters().messages, 8'725U + 68'792U);
  EXPECT_EQ(feed->counters().malformed + feed->counters().unknown_type +
                feed->counters().time_backwards + feed->counters().oversized,
            0U);
  EXPECT_EQ(feed->last_sequence(), 59'585U);

  const book::Book& book = *books.find(0, Instrument{0});
  EXPECT_EQ(book.state.define.name(), "ESH4");
  EXPECT_EQ(book.side(Side::bid).size(), 922U);
  EXPECT_EQ(book.side(Side::ask).size(), 565U);
  EXPECT_EQ(book.best(Side::bid).value, 4810'000'000'000);
  EXPECT_EQ(book.best(Side::ask).value, 4810'250'000'000);
  EXPECT_EQ(book.state.last_time.value, 1'703'548'799'446'821'072);
  EXPECT_EQ(book.state.volume.value, 9'892);
  EXPECT_EQ(book.state.trading, TradingState::trading);
  EXPECT_EQ(book.state.trust_state, book::TrustState::live);
  EXPECT_EQ(books.snapshot(book), reference.find(0, Instrument{0})->snapshot());
  for (const u64 count : books.counters().faults) EXPECT_EQ(count, 0U);
  EXPECT_EQ(notices, (std::map<char, u64>{{'F', 6'371}}));
}

// Looked at after every event of the venue.
TEST(DbnRecorded, TheBookIsCrossedBeforeTheOpenOnly) {
  TAPEDECK_NEED_DATA(sunday, kSunday);
  TAPEDECK_NEED_DATA(monday, kMonday);
  const auto feed = feed_of({sunday, monday});
  book::BookSet books;
  books.open_channel(0, true);
  u64 venue_events = 0, crossed = 0, crossed_while_trading = 0, crossed_on_the_way = 0;
  i64 first = INT64_MAX, last = 0;
  for (const Event& event : test::drain(*feed)) {
    books.apply(0, event);
    const book::Book& book = *books.find(0, Instrument{0});
    if ((event.flags & kLastOfEvent) == 0) {
      crossed_on_the_way += book.crossed() && event.exchange_time.value >= minute_of_monday(23, 0);
      continue;
    }
    ++venue_events;
    if (!book.crossed()) continue;
    ++crossed;
    crossed_while_trading += book.state.trading == TradingState::trading;
    first = std::min(first, event.exchange_time.value);
    last = std::max(last, event.exchange_time.value);
  }
  EXPECT_EQ(books.counters().crossed_events, 0U);
  EXPECT_EQ(crossed_while_trading, 0U);
  EXPECT_EQ(venue_events, 47'023U);
  EXPECT_EQ(crossed, 891U);
  EXPECT_GE(first, minute_of_monday(22, 39));
  EXPECT_LT(last, minute_of_monday(23, 0) + 1'000'000) << "times are those of receipt";
  EXPECT_GT(crossed_on_the_way, 0U) << "or the ends of events would not have to be told";
}

// The snapshot is of the file's first moment, and is applied before the pace begins at 22:00 UTC.
TEST(DbnRecorded, AtAHundredAndTwentyTimesItsSpeedTheLastTwoHoursTakeAMinute) {
  TAPEDECK_NEED_DATA(monday, kMonday);
  replay::ReplaySettings settings;
  settings.speed = 120;
  replay::ReplayFeed feed{feed_of({monday}), settings, std::make_shared<replay::ReplayClock>(1)};
  std::vector<Event> storage(kMinPollBuffer);
  u64 at_once = 0;
  Nanos now{0};
  for (FeedStatus status = FeedStatus::ready; status != FeedStatus::ended;) {
    EventBuffer out{storage.data(), kMinPollBuffer};
    status = feed.poll(out, now);
    for (const Event& event : out) {
      EXPECT_GE(event.exchange_time.value, minute_of_monday(0, 0));
      at_once += event.due_time == kNotTimed;
    }
    if (out.empty()) now = now + Nanos{1'000'000};
  }
  EXPECT_EQ(at_once, 8'725U + 2) << "the snapshot, a definition and the state before the open";
  EXPECT_NEAR(static_cast<double>(now.value) / 1e9, 60, 2);
  EXPECT_TRUE(feed.warnings().empty());
}

TEST(DbnRecorded, ThePiecesThatTheFileComesInChangeNothing) {
  TAPEDECK_NEED_DATA(sunday, kSunday);
  const auto source = open_source(sunday.string());
  while (source->fill() == Fill::more) {
  }
  const Bytes all = source->window();
  const std::string_view content{reinterpret_cast<const char*>(all.data()), all.size()};
  const test::DbnRun whole{{content}};
  const test::DbnRun pieces{{content}, {}, 999};
  ASSERT_EQ(pieces.events.size(), whole.events.size());
  EXPECT_EQ(
      std::memcmp(pieces.events.data(), whole.events.data(), whole.events.size() * sizeof(Event)),
      0);
  EXPECT_EQ(whole.events.size(), 8'725U + 2) << "a definition and the state before the open";
}

}  // namespace
}  // namespace tapedeck::feeds::dbn
