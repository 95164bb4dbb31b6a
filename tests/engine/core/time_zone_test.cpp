#include "engine/core/time_zone.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "engine/core/calendar.hpp"
#include "engine/core/random.hpp"

namespace tapedeck {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;

constexpr i64 kHour = 3'600;
constexpr i64 kDay = 24 * kHour;

// A time as if it were UTC.
Nanos at(const char* text) {
  return parse_wall_time(text).value();
}

// A TZif file of version 2, whose first block is empty. RFC 8536 is the source of its layout.
class TzifFile {
 public:
  explicit TzifFile(std::vector<std::pair<i64, u8>> changes = {}, std::vector<i64> types = {0},
                    const std::string& rule = "UTC0") {
    header('2', 0, 1);
    number(0, 4);
    bytes_ += std::string("\0\0\0", 3);  // no daylight, the letters at 0; one letter
    header('2', changes.size(), types.size());
    for (const auto& [second, type] : changes) number(static_cast<u64>(second), 8);
    for (const auto& [second, type] : changes) bytes_ += static_cast<char>(type);
    for (const i64 ahead : types) {
      number(static_cast<u64>(ahead), 4);
      bytes_ += std::string("\0\0", 2);
    }
    bytes_ += '\0';
    bytes_ += "\n" + rule + "\n";
  }
  [[nodiscard]] std::string bytes() const { return bytes_; }
  [[nodiscard]] std::optional<TimeZone> zone() const {
    return TimeZone::from_tzif("made", as_bytes_of(bytes_));
  }

 private:
  void number(u64 value, int size) {
    for (int byte = size - 1; byte >= 0; --byte) bytes_ += static_cast<char>(value >> (8 * byte));
  }
  void header(char version, std::size_t changes, std::size_t types) {
    bytes_ += "TZif";
    bytes_ += version;
    bytes_ += std::string(15, '\0');
    for (const std::size_t count :
         {std::size_t{0}, std::size_t{0}, std::size_t{0}, changes, types, std::size_t{1}}) {
      number(count, 4);
    }
  }

  std::string bytes_;
};

TEST(UsEastern, ChangesItsClocksAtTwoOnTheDayOfTheLaw) {
  const TimeZone zone = TimeZone::us_eastern();
  EXPECT_EQ(zone.seconds_ahead(at("2024-03-10 06:59:59.999999999")), -5 * kHour);
  EXPECT_EQ(zone.seconds_ahead(at("2024-03-10 07:00")), -4 * kHour);
  EXPECT_EQ(zone.seconds_ahead(at("2024-11-03 05:59:59")), -4 * kHour);
  EXPECT_EQ(zone.seconds_ahead(at("2024-11-03 06:00")), -5 * kHour);
  EXPECT_EQ(zone.seconds_ahead(at("2006-04-02 06:59:59")), -5 * kHour);
  EXPECT_EQ(zone.seconds_ahead(at("2006-04-02 07:00")), -4 * kHour);
  EXPECT_EQ(zone.seconds_ahead(at("2006-10-29 06:00")), -5 * kHour);
  EXPECT_EQ(zone.seconds_ahead(Nanos{0}), -5 * kHour);
}

// Feeds that count from midnight use eastern_midnight().
TEST(UsEastern, AgreesWithTheMidnightsOfFeedsButOnSundays) {
  const TimeZone zone = TimeZone::us_eastern();
  for (sys_days date{year{1990} / 1 / 1}; date < sys_days{year{2040} / 1 / 1};
       date += std::chrono::days{1}) {
    if (std::chrono::weekday{date} == std::chrono::Sunday) continue;
    const Nanos wall{std::chrono::nanoseconds{date.time_since_epoch()}.count()};
    ASSERT_EQ(zone.moments_of(wall), std::vector{eastern_midnight(Date{date})}) << iso_time(wall);
  }
}

TEST(UsEastern, IsWhatTheDatabaseOfTheSystemSays) {
  std::ifstream file{"/usr/share/zoneinfo/America/New_York", std::ios::binary};
  const std::string content{std::istreambuf_iterator<char>{file}, {}};
  if (content.empty()) GTEST_SKIP() << "no database of time zones";
  const auto database = TimeZone::from_tzif("America/New_York", as_bytes_of(content));
  ASSERT_TRUE(database);
  const TimeZone zone = TimeZone::us_eastern();
  for (Nanos hour = at("2000-01-01"); hour < at("2030-01-01");
       hour = hour + Nanos{kHour * kNanosPerSecond}) {
    ASSERT_EQ(database->seconds_ahead(hour), zone.seconds_ahead(hour)) << iso_time(hour);
  }
}

TEST(TimeZone, FindsTheMomentsOfAWallClock) {
  const TimeZone zone = TimeZone::us_eastern();
  EXPECT_EQ(zone.moments_of(at("2012-06-21 09:30")), std::vector{at("2012-06-21 13:30")});
  EXPECT_EQ(zone.moments_of(at("2024-03-10 02:30")), std::vector<Nanos>{}) << "skipped";
  EXPECT_EQ(zone.moments_of(at("2024-11-03 01:30")),
            (std::vector{at("2024-11-03 05:30"), at("2024-11-03 06:30")}))
      << "repeated";
  EXPECT_EQ(zone.moments_of(at("2024-11-03 02:00")), std::vector{at("2024-11-03 07:00")});
}

TEST(TimeZone, ReadsAsItWrites) {
  Random random{3};
  for (const TimeZone& zone : {TimeZone::utc(), TimeZone::us_eastern(), TimeZone::fixed(19'800)}) {
    for (int i = 0; i < 10'000; ++i) {
      const Nanos moment{static_cast<i64>(random.below(u64{9'000'000'000} * kNanosPerSecond))};
      const auto moments = zone.moments_of(zone.wall_clock(moment));
      ASSERT_NE(std::ranges::find(moments, moment), moments.end()) << iso_time(moment);
    }
  }
}

TEST(TimeZone, StaysWithinItsRange) {
  for (const i64 value : {INT64_MIN, INT64_MIN + 1, INT64_MAX}) {
    const TimeZone zone = TimeZone::us_eastern();
    (void)zone.wall_clock(Nanos{value});
    (void)zone.moments_of(Nanos{value});
  }
  EXPECT_EQ(TimeZone::fixed(kHour).wall_clock(Nanos{INT64_MAX}), Nanos{INT64_MAX});
}

TEST(Tzif, HasItsChangesAndThenItsRule) {
  const auto zone = TzifFile{{{1'000, 1}, {2'000, 0}}, {3'600, 7'200}, "<+03>-3"}.zone();
  ASSERT_TRUE(zone);
  const auto ahead = [&](i64 second) { return zone->seconds_ahead({second * kNanosPerSecond}); };
  EXPECT_EQ(ahead(999), 3'600);
  EXPECT_EQ(ahead(1'000), 7'200);
  EXPECT_EQ(ahead(1'999), 7'200);
  EXPECT_EQ(ahead(2'000), 3 * kHour) << "behind the last change";
  EXPECT_EQ(zone->name(), "made");
  EXPECT_FALSE(zone->is_utc());
  EXPECT_TRUE(TzifFile{}.zone()->is_utc());
}

TEST(Tzif, CutAnywhereIsRefused) {
  const std::string whole = TzifFile{{{1'000, 1}}, {0, 3'600}, "EST5EDT,M3.2.0,M11.1.0"}.bytes();
  ASSERT_TRUE(TimeZone::from_tzif("x", as_bytes_of(whole)));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(TimeZone::from_tzif("x", as_bytes_of(whole.substr(0, size)))) << size;
  }
}

TEST(Tzif, ThatCannotBeRightIsRefused) {
  EXPECT_FALSE((TzifFile{{{1'000, 2}}, {0, 3'600}}.zone())) << "a type that is not there";
  EXPECT_FALSE((TzifFile{{{2'000, 0}, {1'000, 1}}, {0, 3'600}}.zone())) << "not in order";
  EXPECT_FALSE((TzifFile{{}, {0}, "nonsense"}.zone()));
  EXPECT_FALSE((TzifFile{{}, {5 * kDay}}.zone())) << "no clock is days ahead";
  std::string flipped = TzifFile{{{1'000, 1}}, {0, 3'600}}.bytes();
  for (char& byte : flipped) {
    byte = static_cast<char>(byte ^ 0xFF);
    (void)TimeZone::from_tzif("x", as_bytes_of(flipped));  // whatever it is, it ends
    byte = static_cast<char>(byte ^ 0xFF);
  }
}

TEST(YearlyRule, HasEveryFormOfPosix) {
  const auto ahead = [](const char* rule, const char* moment) {
    return TzifFile{{}, {0}, rule}.zone().value().seconds_ahead(at(moment));
  };
  // The southern summer goes over the end of the year.
  constexpr const char* kSydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
  EXPECT_EQ(ahead(kSydney, "2024-01-15"), 11 * kHour);
  EXPECT_EQ(ahead(kSydney, "2024-07-15"), 10 * kHour);
  EXPECT_EQ(ahead(kSydney, "2024-04-06 15:59:59"), 11 * kHour);
  EXPECT_EQ(ahead(kSydney, "2024-04-06 16:00"), 10 * kHour);
  constexpr const char* kByDay = "AAA0BBB,J60,J300/0";  // March 1, October 27
  EXPECT_EQ(ahead(kByDay, "2024-03-01 01:59"), 0);
  EXPECT_EQ(ahead(kByDay, "2024-03-01 02:00"), kHour);
  EXPECT_EQ(ahead(kByDay, "2023-03-01 02:00"), kHour);
  constexpr const char* kByLeapDay = "AAA0BBB-2,59/-1,299";  // February 29 in 2024, March 1 in 2023
  EXPECT_EQ(ahead(kByLeapDay, "2024-02-28 22:59"), 0);
  EXPECT_EQ(ahead(kByLeapDay, "2024-02-28 23:00"), 2 * kHour);
  EXPECT_EQ(ahead(kByLeapDay, "2023-02-28 23:00"), 2 * kHour);
  EXPECT_EQ(ahead("<-0330>3:30", "2024-02-28"), -12'600);
  for (const char* wrong :
       {"", "E5", "EST", "EST5EDT", "EST5EDT,", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0",
        "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J5", "EST5EDT,366,1",
        "<EST5", "EST5EDT,M3.2.0,M11.1.0 ", "EST5EDT,M3.2.0/200,M11.1.0", "EST5:60"}) {
    EXPECT_FALSE(parse_yearly_rule(wrong)) << wrong;
  }
}

TEST(UtcOffset, IsReadInEveryForm) {
  for (const auto& [text, seconds] : std::vector<std::pair<const char*, i64>>{{"Z", 0},
                                                                              {"z", 0},
                                                                              {"+02:00", 7'200},
                                                                              {"-0530", -19'800},
                                                                              {"+2", 7'200},
                                                                              {"-11", -39'600},
                                                                              {"+00:00", 0},
                                                                              {"-00:01", -60}}) {
    EXPECT_EQ(parse_utc_offset(text), seconds) << text;
  }
  for (const char* wrong : {"", "+", "2", "02:00", "+24:00", "+02:60", "+2:0", "+020", "+02:00:00",
                            "+ 2", "ZZ", "+-2", "+02:+1"}) {
    EXPECT_FALSE(parse_utc_offset(wrong)) << wrong;
  }
  EXPECT_EQ(utc_offset_text(-19'800), "-05:30");
  EXPECT_EQ(utc_offset_text(0), "+00:00");
  EXPECT_EQ(utc_offset_text(-17'762), "-04:56:02") << "New York before 1883";
}

}  // namespace
}  // namespace tapedeck
