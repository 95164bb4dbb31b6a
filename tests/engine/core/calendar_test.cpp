#include "engine/core/calendar.hpp"

#include <gtest/gtest.h>

namespace tapedeck {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;

constexpr Date on(int y, unsigned m, unsigned d) {
  return {year{y}, month{m}, day{d}};
}

TEST(DateInName, FindsTheDayHoweverItIsWritten) {
  EXPECT_EQ(date_in_name("12302019.NASDAQ_ITCH50.gz"), on(2019, 12, 30));
  EXPECT_EQ(date_in_name("GOOG_2012-06-21_34200000_57600000_message_10.csv"), on(2012, 6, 21));
  EXPECT_EQ(date_in_name("feed-20230822.itch"), on(2023, 8, 22));
}

// Nasdaq's own names, as its folder of sample days lists them: S061226-v50.txt.gz is 2026-06-12.
TEST(DateInName, ReadsSixDigitsBeforeTheFormatsVersion) {
  EXPECT_EQ(date_in_name("S022820-v50.txt.gz"), on(2020, 2, 28));
  EXPECT_EQ(date_in_name("s061226-v50.txt"), on(2026, 6, 12));
  EXPECT_EQ(date_in_name("S022820-V50"), on(2020, 2, 28));
  for (const char* other : {"S023020-v50.txt", "S02282-v50.txt", "S0228200-v50.txt", "S022820_v50",
                            "XS022820-v50.txt", "022820-v50.txt", "S022820-", "S", ""}) {
    EXPECT_FALSE(date_in_name(other)) << other;
  }
}

// The same folder has itch50_05_18.gz, whose year only its listing shows.
TEST(DayInName, ReadsMonthAndDayOfANameWithoutAYear) {
  EXPECT_EQ(day_in_name("itch50_05_18.gz"), (DayOfYear{month{5}, day{18}}));
  EXPECT_EQ(day_in_name("ITCH50_02_29"), (DayOfYear{month{2}, day{29}}));
  EXPECT_EQ(day_in_name("nasdaq.itch50_12_31.itch"), (DayOfYear{month{12}, day{31}}));
  for (const char* other : {"itch50_13_01.gz", "itch50_02_30", "itch50_05_180", "itch50_0518",
                            "itch50_5_18", "05_18.gz", "itch50_", ""}) {
    EXPECT_FALSE(day_in_name(other)) << other;
  }
  EXPECT_FALSE(day_in_name("itch50_05_18_2026-05-18.gz")) << "this name has a year";
}

TEST(DateInName, SeesNoDateInOtherNumbers) {
  EXPECT_FALSE(date_in_name("mid-1.itch"));
  EXPECT_FALSE(date_in_name("34200000_57600000.csv"));
  EXPECT_FALSE(date_in_name("2012-13-45.itch"));
}

// A real packet of 2023-08-22 was captured at 1692711000 s, ITCH time 09:29:59.999894278.
TEST(EasternMidnight, AgreesWithARealCapture) {
  const Nanos midnight = eastern_midnight(on(2023, 8, 22));
  EXPECT_EQ(midnight.value / kNanosPerSecond + 9 * 3600 + 1800, 1'692'711'000);
}

TEST(EasternMidnight, FollowsTheRulesOfTheYear) {
  const auto utc_hour = [](Date date) {
    return eastern_midnight(date).value / kNanosPerSecond % 86'400 / 3600;
  };
  EXPECT_EQ(utc_hour(on(2019, 12, 30)), 5);
  EXPECT_EQ(utc_hour(on(2007, 3, 12)), 4);  // the first year of these rules
  EXPECT_EQ(utc_hour(on(2012, 3, 9)), 5);   // the Friday before the second Sunday of March
  EXPECT_EQ(utc_hour(on(2012, 3, 12)), 4);  // the Monday after it
  EXPECT_EQ(utc_hour(on(2006, 3, 13)), 5);  // until 2006 it began in April
  EXPECT_EQ(utc_hour(on(2006, 10, 30)), 5);
  EXPECT_EQ(utc_hour(on(2007, 10, 30)), 4);
}

TEST(IsoTime, WritesNanosecondsInUtc) {
  EXPECT_EQ(iso_time(Nanos{1'692'711'000'000'000'001}), "2023-08-22T13:30:00.000000001Z");
  EXPECT_EQ(iso_time(Nanos{0}), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(iso_time(Nanos{-1}), "1969-12-31T23:59:59.999999999Z");
}

// Both lie on days that are not all within 64 bits.
TEST(IsoTime, WritesTheFirstAndTheLastMomentThereAre) {
  EXPECT_EQ(iso_time(Nanos{INT64_MIN}), "1677-09-21T00:12:43.145224192Z");
  EXPECT_EQ(iso_time(Nanos{INT64_MAX}), "2262-04-11T23:47:16.854775807Z");
}

TEST(WallTime, IsADateWithATimeOfDayOrItsMidnight) {
  const Nanos half_past_nine{*parse_iso_time("2012-06-21T09:30:00Z")};
  for (const char* text : {"2012-06-21T09:30:00", "2012-06-21 09:30", "2012-06-21t9:30:00.0",
                           "20120621T09:30", "20120621 9:30"}) {
    EXPECT_EQ(parse_wall_time(text), half_past_nine) << text;
  }
  EXPECT_EQ(parse_wall_time("20120621"), parse_wall_time("2012-06-21"));
  EXPECT_EQ(parse_wall_time("2012-06-21"), parse_iso_time("2012-06-21T00:00:00Z"));
  for (const char* text : {"", "2012-06-2", "2012-13-21", "2012-06-21T", "2012-06-21T25:00",
                           "2012-06-21x09:30", "2012-06-21T09:30:00Z", "09:30", "20120621T",
                           "2012062109:30", "201206", "2012-0621", "2012-06"}) {
    EXPECT_FALSE(parse_wall_time(text)) << text;
  }
}

TEST(TimeOfDayText, HasNoDateAndGoesOnBehindMidnight) {
  EXPECT_EQ(time_of_day_text(Nanos{34'200'004'241'176}), "09:30:00.004241176");
  EXPECT_EQ(time_of_day_text(Nanos{i64{25} * 3'600 * kNanosPerSecond + 1}), "25:00:00.000000001");
  EXPECT_EQ(time_of_day_text(Nanos{-1}), "-00:00:00.000000001");
  EXPECT_EQ(time_of_day_text(Nanos{INT64_MIN}), "-2562047:47:16.854775808");
}

}  // namespace
}  // namespace tapedeck
