// Places and times as people type them, and times as they are shown.
#include "tools/cli/place.hpp"

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/core/calendar.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/shown_time.hpp"

namespace tapedeck::tools {
namespace {

using Kind = TypedPlace::Kind;

Nanos moment(const char* text) {
  return parse_iso_time(text).value();
}

std::string refusal(const std::function<void()>& run) {
  try {
    run();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "not refused";
}

void expect_place(const char* text, Kind kind, i64 value, i64 seconds_ahead = 0) {
  const TypedPlace place = typed_place("--from", text);
  EXPECT_EQ(place.kind, kind) << text;
  EXPECT_EQ(place.value, value) << text;
  EXPECT_EQ(place.seconds_ahead, seconds_ahead) << text;
}

TEST(TypedPlace, IsATimeOfDayWithOrWithoutAZone) {
  constexpr i64 kTime = 37'867'123'000'000;
  expect_place("10:31:07.123", Kind::time_of_day, kTime);
  expect_place("10:31", Kind::time_of_day, 37'860'000'000'000);
  expect_place("10:31:07.123Z", Kind::time_in_zone, kTime, 0);
  expect_place("10:31:07.123+02:00", Kind::time_in_zone, kTime, 7'200);
  expect_place("10:31:07.123-0530", Kind::time_in_zone, kTime, -19'800);
}

TEST(TypedPlace, IsAMomentWithOrWithoutAZone) {
  const i64 wall = moment("2012-06-21T10:31:07Z").value;
  expect_place("2012-06-21T10:31:07", Kind::wall, wall);
  expect_place("2012-06-21 10:31:07", Kind::wall, wall);
  expect_place("2012-06-21", Kind::wall, moment("2012-06-21T00:00:00Z").value);
  expect_place("20120621", Kind::wall, moment("2012-06-21T00:00:00Z").value);
  expect_place("20120621T10:31:07-04:00", Kind::moment, moment("2012-06-21T14:31:07Z").value);
  expect_place("2012-06-21T10:31:07Z", Kind::moment, wall);
  expect_place("2012-06-21T10:31:07-04:00", Kind::moment, moment("2012-06-21T14:31:07Z").value);
}

TEST(TypedPlace, IsNanosecondsOrAMessage) {
  expect_place("1340289067000000000", Kind::count, 1'340'289'067'000'000'000);
  expect_place("34200000001000", Kind::count, 34'200'000'001'000);
  expect_place("@1000", Kind::message, 1'000);
  expect_place("#1000", Kind::message, 1'000);
}

TEST(TypedPlace, IsNothingElse) {
  for (const char* text : {"", "noon", "12", "25:00", "9:60", "10:31:07.", "10:31:07Zulu", "1000",
                           "10:31+25:00", "2012-06-31", "2012-06-21T", "2012-06-21T10:31:07X",
                           "2012-06-21T10:31:07+2:0", "99999999999999999999", "-5", "10:31 Z"}) {
    EXPECT_NE(refusal([&] {
                (void)typed_place("--from", text, "open");
              }).find("must be a time of day like 10:31:07.5"),
              std::string::npos)
        << text;
  }
  for (const char* text : {"#", "@", "#0", "@-1", "@1k", "#1.5"}) {
    EXPECT_NE(refusal([&] {
                (void)typed_place("--at", text);
              }).find("must be a message's number like #1000 or @1000"),
              std::string::npos)
        << text;
  }
  EXPECT_NE(refusal([] { (void)typed_place("--from", "x", "open"); }).find(", or open"),
            std::string::npos);
}

TEST(ShownTime, IsInTheZoneForPeopleAndInUtcForPrograms) {
  const Nanos time = moment("2012-06-21T13:30:00.004241176Z");
  const ShownTimes eastern{feeds::TimeBase::utc, TimeZone::us_eastern()};
  EXPECT_EQ(time_text(time, eastern), "2012-06-21T09:30:00.004241176-04:00");
  EXPECT_EQ(clock_text(time, eastern), "09:30:00.004241176");
  EXPECT_EQ(zone_text(eastern), "US Eastern");
  EXPECT_EQ(time_text(time, {}), "2012-06-21T13:30:00.004241176Z");
  EXPECT_EQ(time_json(time, feeds::TimeBase::utc), "2012-06-21T13:30:00.004241176Z");
  EXPECT_EQ(time_json(kBeginningOfTime, feeds::TimeBase::utc), nullptr);
}

TEST(ShownTime, HasNoDateWhereTheDayIsNotKnown) {
  const ShownTimes undated{feeds::TimeBase::midnight, TimeZone::us_eastern()};
  const Nanos time{34'200'000'000'001};
  EXPECT_EQ(time_text(time, undated), "09:30:00.000000001");
  EXPECT_EQ(clock_text(time, undated), "09:30:00.000000001");
  EXPECT_EQ(zone_text(undated), "US Eastern, of an unknown day");
  EXPECT_EQ(time_json(time, feeds::TimeBase::midnight), "09:30:00.000000001");
  EXPECT_EQ(time_base_text(feeds::TimeBase::midnight), "midnight");
}

TEST(ShownTime, IsInTheZoneOfTheSource) {
  feeds::OpenedFeeds opened;
  for (const char* source : {"itch50", "lobster", "pcap", "simulated", "dbn", "", "tape"}) {
    feeds::OpenedChannel& channel = opened.channels.emplace_back();
    channel.format = "tape";
    channel.source = source;
  }
  opened.channels.back().carries_itch =
      true;  // a tape whose header is damaged, but for its content
  std::vector<std::string> zones;
  for (const ShownTimes& shown : shown_times(opened, {})) zones.push_back(shown.zone.name());
  const std::string eastern = "US Eastern";
  EXPECT_EQ(zones,
            (std::vector<std::string>{eastern, eastern, eastern, eastern, "UTC", "UTC", eastern}));
  const auto asked = shown_times(opened, TimeZone::fixed(7'200));
  EXPECT_TRUE(std::ranges::all_of(
      asked, [](const ShownTimes& shown) { return shown.zone.name() == "+02:00"; }));
  opened.time_base = feeds::TimeBase::midnight;
  EXPECT_NE(refusal([&] { (void)shown_times(opened, TimeZone::fixed(7'200)); }).find("--date"),
            std::string::npos);
}

TEST(ZoneOption, IsAnOffsetOrUtcWithoutADatabase) {
  ASSERT_EQ(::setenv("TZDIR", "/nowhere", 1), 0);
  EXPECT_FALSE(zone_of_option(""));
  EXPECT_EQ(zone_of_option("UTC")->name(), "UTC");
  EXPECT_EQ(zone_of_option("Z")->name(), "UTC");
  EXPECT_EQ(zone_of_option("-0530")->name(), "-05:30");
  EXPECT_EQ(zone_of_option("America/New_York")->name(), "US Eastern");
  EXPECT_NE(refusal([] {
              (void)zone_of_option("america/newyork");
            }).find("did you mean America/New_York?"),
            std::string::npos);
  ::unsetenv("TZDIR");
}

TEST(ZoneOption, IsAZoneOfTheSystem) {
  if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/Berlin")) {
    GTEST_SKIP() << "no database of time zones";
  }
  const auto berlin = zone_of_option("Europe/Berlin");
  EXPECT_EQ(berlin->seconds_ahead(moment("2024-07-01T00:00:00Z")), 7'200);
  EXPECT_EQ(berlin->seconds_ahead(moment("2024-01-01T00:00:00Z")), 3'600);
  for (const auto& [typed, near] :
       std::vector<std::pair<const char*, std::string>>{{"berlin", "Europe/Berlin"},
                                                        {"Europe/berlin", "Europe/Berlin"},
                                                        {"Europe/Berlim", "Europe/Berlin"},
                                                        {"utc", "UTC"}}) {
    const std::string text = refusal([zone = typed] { (void)zone_of_option(zone); });
    EXPECT_NE(text.find("did you mean " + near + "?"), std::string::npos) << text;
  }
  for (const char* wrong : {"../../../etc/passwd", "/etc/localtime", "Europe", "zone.tab", "+25:00",
                            "Mars/Olympus_Mons", "Europe/Berlin/x"}) {
    EXPECT_NE(refusal([&] { (void)zone_of_option(wrong); }).find("must be a zone like"),
              std::string::npos)
        << wrong;
  }
}

TEST(ZoneOption, LocalIsTheClockOfTheComputer) {
  ASSERT_EQ(::setenv("TZ", "", 1), 0);
  EXPECT_TRUE(zone_of_option("local")->is_utc());
  ::setenv("TZ", ":America/New_York", 1);
  EXPECT_EQ(zone_of_option("local")->seconds_ahead(moment("2024-07-01T00:00:00Z")), -14'400);
  ::setenv("TZ", "no/such/zone", 1);
  EXPECT_NE(refusal([] { (void)zone_of_option("local"); }).find("TZ=no/such/zone"),
            std::string::npos);
  ::unsetenv("TZ");
  EXPECT_TRUE(zone_of_option("local"));
}

}  // namespace
}  // namespace tapedeck::tools
