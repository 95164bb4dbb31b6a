#include "feeds/common/plausible_times.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "feeds/itch50/file_feed.hpp"
#include "tests/support/itch_flow.hpp"

namespace tapedeck::feeds {
namespace {

constexpr i64 kSecond = kNanosPerSecond;
constexpr u64 kNine = u64{9} * 3600 * kSecond;
constexpr u64 kHour = u64{3600} * kSecond;

// A source of a file's bytes, or of a pipe's, which has no size.
class SizedSource final : public ByteSource {
 public:
  SizedSource(Bytes content, bool is_file) : ByteSource("day.itch"), size_(content.size()) {
    begin_ = content.data();
    end_ = content.data() + content.size();
    is_file_ = is_file;
  }
  Fill fill() override { return Fill::end; }
  [[nodiscard]] u64 raw_bytes_read() const override { return offset_; }
  [[nodiscard]] u64 raw_bytes_total() const override { return is_file_ ? size_ : 0; }

 private:
  u64 size_;
  bool is_file_ = true;
};

class PlausibleTimesTest : public ::testing::Test {
 protected:
  // Adds an order at this time of day, in nanoseconds.
  void order(u64 time) {
    day_.at(time - 1'000).add(1, "A", ++id_, 'B', 100, 10'000);
    sent_.push_back(static_cast<i64>(time));
  }
  std::unique_ptr<Feed> feed(bool is_file = true) const {
    std::vector<itch50::DayFile> files;
    files.push_back({std::make_unique<SizedSource>(day_.bytes(), is_file), Nanos{0}});
    return std::make_unique<PlausibleTimes>(
        std::make_unique<itch50::FileFeed>(std::move(files), itch50::Framing::length));
  }
  // The times of the orders, polled with just enough room.
  std::vector<i64> times(Feed& feed) const {
    std::vector<i64> all;
    std::vector<Event> storage(kMinPollBuffer);
    for (FeedStatus status = FeedStatus::ready; status != FeedStatus::ended;) {
      EventBuffer out{storage.data(), kMinPollBuffer};
      status = feed.poll(out, Nanos{1});
      for (const Event& event : out) {
        if (event.kind == Kind::add) all.push_back(event.exchange_time.value);
      }
    }
    return all;
  }

  test::ItchDay day_;
  std::vector<i64> sent_;
  u64 id_ = 0;
};

TEST_F(PlausibleTimesTest, TimesThatFollowEachOtherAreKept) {
  for (u64 i = 0; i < 1'000; ++i) order(kNine + i * kSecond);
  auto made = feed();
  EXPECT_EQ(times(*made), sent_);
  EXPECT_EQ(made->counters().implausible_times, 0U);
}

TEST_F(PlausibleTimesTest, AJumpThatTheNextMessageConfirmsIsKept) {
  for (u64 i = 0; i < 300; ++i) order(kNine + i);
  for (u64 i = 0; i < 300; ++i) order(kNine + kHour + i);
  order(kNine + 3 * kHour);  // the last message of all
  auto made = feed();
  EXPECT_EQ(times(*made), sent_);
  EXPECT_EQ(made->counters().implausible_times, 0U);
  EXPECT_EQ(made->counters().time_backwards, 0U);
}

// Wherever it stands among the 256 messages of a poll, at the beginning and at the end too.
TEST_F(PlausibleTimesTest, ASingleTimeFarAheadIsReplacedAndCounted) {
  for (const u64 damaged : {0U, 1U, 254U, 255U, 256U, 257U, 511U, 512U, 598U}) {
    SCOPED_TRACE(damaged);
    day_ = {};
    sent_.clear();
    for (u64 i = 0; i < 600; ++i) order(i == damaged ? kNine + 20 * kHour : kNine + i * kSecond);
    auto made = feed();
    std::vector<i64> expected = sent_;
    expected[damaged] = damaged == 0 ? expected[1] : expected[damaged - 1];
    EXPECT_EQ(times(*made), expected);
    EXPECT_EQ(made->counters().implausible_times, 1U);
    EXPECT_EQ(made->counters().time_backwards, 1U);
    EXPECT_EQ(made->counters().messages, 600U);
  }
}

TEST_F(PlausibleTimesTest, OfAPipeNoMessageIsHeldBack) {
  for (u64 i = 0; i < 255; ++i) order(kNine + i);
  order(kNine + kHour);  // the last message of the first poll
  order(kNine + kHour + 1);
  auto made = feed(false);
  std::vector<Event> storage(kMinPollBuffer);
  EventBuffer out{storage.data(), kMinPollBuffer};
  (void)made->poll(out, Nanos{1});
  EXPECT_EQ((out.end() - 1)->exchange_time.value, static_cast<i64>(kNine + kHour));
}

TEST_F(PlausibleTimesTest, TwoTimesFarAheadConfirmEachOther) {
  for (u64 i = 0; i < 10; ++i) order(kNine + i);
  order(kNine + kHour);
  order(kNine + kHour);
  order(kNine + 20);
  auto made = feed();
  EXPECT_EQ(times(*made), sent_);
  EXPECT_EQ(made->counters().implausible_times, 0U);
}

}  // namespace
}  // namespace tapedeck::feeds
