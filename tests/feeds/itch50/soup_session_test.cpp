// The numbers of SoupBinTCP: what a login says is missing, comes again, or belongs to another
// session.
#include "feeds/itch50/soup_session.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/soup_stream.hpp"

namespace tapedeck::itch50 {
namespace {

using test::small_day;
using test::SoupStream;

class SoupSessionTest : public ::testing::Test {
 protected:
  void read(SoupStream& stream) {
    feed_ = test::feed_over(stream.bytes(), Framing::soup);
    events_ = test::drain(*feed_);
    EXPECT_FALSE(feed_->damage());
  }
  void expect_losses(const std::vector<LossFields>& expected, EventFlags flags) {
    std::vector<LossFields> found;
    for (const Event& event : events_) {
      if (event.kind != Kind::loss) continue;
      found.push_back(event.loss);
      EXPECT_EQ(event.flags, flags);
      EXPECT_EQ(event.instrument, kEveryInstrument);
    }
    EXPECT_EQ(found, expected);
  }
  void expect_warning(const std::string& part) {
    ASSERT_EQ(feed_->warnings().size(), 1U);
    EXPECT_NE(feed_->warnings()[0].find(part), std::string::npos) << feed_->warnings()[0];
  }
  [[nodiscard]] const FeedCounters& counters() const { return feed_->counters(); }

  std::unique_ptr<FileFeed> feed_;
  std::vector<Event> events_;
};

TEST_F(SoupSessionTest, AFirstLoginAboveOneJoinsTheSessionLate) {
  SoupStream stream;
  stream.packet('H').login("S1", "500").messages(small_day(true), 2, 9);
  read(stream);
  expect_losses({{1, 499}}, kCarryOn | kLastOfEvent | kJoined);
  EXPECT_EQ(events_.front().kind, Kind::loss);
  EXPECT_EQ(counters().gaps + counters().lost, 0U);
  EXPECT_EQ(feed_->last_sequence(), 507U);
  expect_warning("session \"S1\" was joined at message 500");
}

TEST_F(SoupSessionTest, ALoginAheadOfTheNextNumberIsAGap) {
  SoupStream stream;
  stream.login("S1", "1").messages(small_day(true), 1, 6);
  stream.login("S1", "8").messages(small_day(true), 8, 9);
  read(stream);
  expect_losses({{7, 7}}, kCarryOn | kLastOfEvent);
  EXPECT_EQ(counters().gaps, 1U);
  EXPECT_EQ(counters().lost, 1U);
  EXPECT_EQ(counters().messages, 8U);
  EXPECT_EQ(feed_->last_sequence(), 9U);
  EXPECT_TRUE(feed_->warnings().empty());
}

TEST_F(SoupSessionTest, ALossHasTheNumberAndTheTimeOfTheNewestMessage) {
  SoupStream stream;
  stream.login("S1", "1").messages(small_day(true), 1, 6).login("S1", "8");
  read(stream);
  const Event& loss = events_.back();
  ASSERT_EQ(loss.kind, Kind::loss);
  EXPECT_EQ(loss.sequence, 6U);
  EXPECT_EQ(loss.exchange_time, events_[events_.size() - 2].exchange_time);
  EXPECT_EQ(loss.due_time, Nanos{1});
}

TEST_F(SoupSessionTest, PacketsThatComeAgainAreCountedAndNotApplied) {
  const auto day = small_day(true);
  const std::size_t events = test::drain(*test::feed_over(day.bytes())).size();
  for (const char* next : {"1", "3", "8"}) {
    SoupStream stream;
    stream.login("S1", "1").messages(day, 1, 8).login("S1", next);
    stream.messages(day, std::stoull(next), 9);
    read(stream);
    EXPECT_EQ(events_.size(), events) << next;
    EXPECT_EQ(counters().duplicates, 9 - std::stoull(next));
    EXPECT_EQ(counters().messages, 9U);
    EXPECT_EQ(counters().lost, 0U);
    EXPECT_TRUE(feed_->complete());
  }
}

TEST_F(SoupSessionTest, AnotherSessionEmptiesTheBooksAndBeginsAtOne) {
  SoupStream stream;
  stream.login("S1", "1").messages(small_day(false), 1, 8).packet('Z');
  stream.login("S2", "1").messages(small_day(true), 2, 9);
  read(stream);
  const auto clear = std::ranges::find_if(
      events_, [](const Event& event) { return event.kind == Kind::clear && event.sequence == 8; });
  ASSERT_NE(clear, events_.end());
  EXPECT_EQ(clear->instrument, kEveryInstrument);
  EXPECT_EQ(clear->flags, kLastOfEvent);
  EXPECT_EQ(counters().messages, 16U);
  EXPECT_EQ(counters().lost + counters().duplicates, 0U);
  expect_warning("session \"S1\" was replaced by \"S2\"");
}

TEST_F(SoupSessionTest, TheBeginningOfASessionThatFollowsAnotherIsLost) {
  SoupStream stream;
  stream.login("S1", "1").messages(small_day(false), 1, 8);
  stream.login("S2", "4").messages(small_day(true), 4, 9);
  read(stream);
  expect_losses({{1, 3}}, kCarryOn | kLastOfEvent);
  EXPECT_EQ(counters().gaps, 1U);
  EXPECT_EQ(counters().lost, 3U);
}

TEST_F(SoupSessionTest, ALoginWithoutANumberIsMalformedAndChangesNothing) {
  for (const char* next : {"", "0", "1x", "-1", "1 1", "99999999999999999999"}) {
    SoupStream stream;
    stream.login("S1", "1").messages(small_day(true), 1, 5).login("S1", next);
    stream.messages(small_day(true), 6, 9);
    read(stream);
    EXPECT_EQ(counters().malformed, 1U) << next;
    EXPECT_EQ(counters().messages, 9U);
    EXPECT_EQ(counters().lost + counters().duplicates, 0U);
    expect_warning("1 SoupBinTCP login has no number");
  }
}

TEST_F(SoupSessionTest, TheFileOfAnotherDayHasASessionOfItsOwn) {
  std::vector<DayFile> files;
  SoupStream first, second;
  first.login("S1", "1").messages(small_day(true), 1, 9);
  second.login("S2", "1").messages(small_day(true), 1, 9);
  files.push_back({feeds::memory_source("one", first.bytes()), Nanos{0}});
  files.push_back({feeds::memory_source("two", second.bytes()), Nanos{86'400'000'000'000}});
  FileFeed feed{std::move(files), Framing::soup};
  events_ = test::drain(feed);
  expect_losses({}, 0);
  EXPECT_EQ(feed.counters().messages, 18U);
  EXPECT_TRUE(feed.warnings().empty());
}

TEST_F(SoupSessionTest, AFileOfTheSameDayGoesOnWhereTheOneBeforeItEnded) {
  std::vector<DayFile> files;
  SoupStream first, second;
  first.login("S1", "1").messages(small_day(true), 1, 4);
  second.login("S1", "6").messages(small_day(true), 6, 9);
  files.push_back({feeds::memory_source("one", first.bytes()), Nanos{0}});
  files.push_back({feeds::memory_source("two", second.bytes()), Nanos{0}});
  FileFeed feed{std::move(files), Framing::soup};
  events_ = test::drain(feed);
  expect_losses({{5, 5}}, kCarryOn | kLastOfEvent);
}

}  // namespace
}  // namespace tapedeck::itch50
