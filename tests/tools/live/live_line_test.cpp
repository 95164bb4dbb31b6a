#include "tools/live/live_line.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tapedeck::tools {
namespace {

pipeline::Report report() {
  pipeline::Report made;
  made.now.messages = 1'234'567;
  made.now.raw_bytes_read = 25;
  made.now.raw_bytes_total = 100;
  made.now.dropped = 7;
  made.in_queues = 4'321;
  made.deepest = 19;
  made.messages_per_s = 2.5e6;
  return made;
}

FileProgress half_of_a_gigabyte() {
  return {.bytes_read = u64{512} << 20,
          .bytes_total = u64{1} << 30,
          .messages = 20'000'000,
          .messages_per_s = 5e6,
          .since_start = Nanos{4 * kNanosPerSecond}};
}

TEST(Progress, SaysHowMuchIsReadHowFastAndHowLongStill) {
  EXPECT_EQ(progress_text(half_of_a_gigabyte()),
            "[##########          ]  50 %  4 s left  512.0 MiB of 1.0 GiB  128.0 MiB/s"
            "  20,000,000 messages  5.00 M/s");
}

TEST(Progress, OfAnUnknownTotalHasNeitherBarNorTimeLeft) {
  FileProgress pipe = half_of_a_gigabyte();
  pipe.bytes_total = 0;
  EXPECT_EQ(progress_text(pipe), "512.0 MiB  128.0 MiB/s  20,000,000 messages  5.00 M/s");
}

TEST(Progress, BeforeTheFirstByteKnowsNoTimeLeft) {
  FileProgress start = half_of_a_gigabyte();
  start.bytes_read = start.messages = 0;
  start.messages_per_s = 0;
  start.since_start = Nanos{0};
  EXPECT_EQ(progress_text(start),
            "[                    ]   0 %  0 B of 1.0 GiB  0 B/s  0 messages  0.00 M/s");
}

TEST(Progress, GivesTheTimeLeftInTheUnitThatPeopleWouldUse) {
  FileProgress slow = half_of_a_gigabyte();
  slow.since_start = Nanos{125 * kNanosPerSecond};
  EXPECT_NE(progress_text(slow).find(" %  2 min 05 s left  "), std::string::npos);
  slow.since_start = Nanos{i64{3720} * kNanosPerSecond};
  EXPECT_NE(progress_text(slow).find(" %  1 h 02 min left  "), std::string::npos);
}

TEST(Progress, NeverClaimsMoreThanAll) {
  FileProgress over = half_of_a_gigabyte();
  over.bytes_read = 2 * over.bytes_total;
  const std::string text = progress_text(over);
  EXPECT_TRUE(text.starts_with("[####################] 100 %  0 s left  ")) << text;
}

TEST(Progress, OfManyFilesSaysHowManyAreDoneAndHaveFailed) {
  EXPECT_EQ(files_progress_text({20, 7, 0, half_of_a_gigabyte()}),
            "[#####     ]  50 %  7/20 files  512.0 MiB of 1.0 GiB  128.0 MiB/s  4 s left");
  EXPECT_EQ(files_progress_text({20, 7, 1, {}}),
            "[          ]   0 %  7/20 files, 1 failed  0 B of 0 B  0 B/s");
}

TEST(LiveLine, SaysHowFarHowFastAndHowMuchIsWaiting) {
  const std::string text = live_text(report(), 200);
  for (const char* part :
       {"25 %", "1,234,567 messages", "2.50 M/s", "lag 4,321", "queue 19", "dropped 7"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " is not in: " << text;
  }
}

TEST(LiveLine, NeverWrapsAndNeverCarriesControlCharactersFromTheWire) {
  pipeline::Report made = report();
  book::InstrumentView view;
  view.define.set_name("\x1b[2J");
  made.busiest = {view};
  for (const std::size_t columns :
       {std::size_t{0}, std::size_t{10}, std::size_t{79}, std::size_t{300}}) {
    const std::string text = live_text(made, columns);
    EXPECT_LE(text.size(), columns);
    EXPECT_TRUE(std::ranges::none_of(text, [](char c) { return c < 0x20; }));
  }
}

}  // namespace
}  // namespace tapedeck::tools
