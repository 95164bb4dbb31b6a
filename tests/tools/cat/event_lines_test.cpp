// Lines of events: each is what it would be alone, whatever the lines before it were.
#include "tools/cat/event_lines.hpp"

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::tools {
namespace {

std::string text_of(const EventLines& lines) {
  return {reinterpret_cast<const char*>(lines.bytes().data()), lines.bytes().size()};
}

// Without the lines that tell the day.
std::string last_line_of(const std::string& text) {
  const std::string_view lines = std::string_view{text}.substr(0, text.size() - 1);
  return std::string{lines.substr(lines.rfind('\n') + 1)};
}

Event event_at(Nanos time) {
  Event event{};
  event.kind = Kind::clear;
  event.instrument = kEveryInstrument;
  event.exchange_time = time;
  return event;
}

void expect_lines_alone(const ShownTimes& shown, const std::vector<Nanos>& times) {
  EventLines all{shown};
  for (const Nanos time : times) {
    EventLines alone{shown};
    alone.add(event_at(time));
    all.add(event_at(time));
    ASSERT_EQ(last_line_of(text_of(all)), last_line_of(text_of(alone))) << time.value;
  }
}

TEST(EventLines, ATimeDoesNotDependOnTheTimesBeforeIt) {
  constexpr u64 kSeed = 23;
  Random random{kSeed};
  std::vector<Nanos> times;
  for (u64 i = 0; i < test::scaled(10'000); ++i) {
    // Around 1970, and around the autumn night of 2019 in which New York's clocks were set back.
    const i64 base = random.chance(0.5) ? 0 : 1'572'760'800 * kNanosPerSecond;
    const i64 second = static_cast<i64>(random.below(5)) - 2;
    const i64 nanos =
        static_cast<i64>(random.below(2)) * static_cast<i64>(random.below(kNanosPerSecond));
    times.push_back(Nanos{base + second * kNanosPerSecond + nanos});
  }
  times.insert(times.end(),
               {kBeginningOfTime, Nanos{kBeginningOfTime.value + 1}, Nanos{INT64_MAX}});
  expect_lines_alone({feeds::TimeBase::utc, TimeZone::utc()}, times);
  expect_lines_alone({feeds::TimeBase::utc, TimeZone::us_eastern()}, times);
  expect_lines_alone({feeds::TimeBase::midnight, TimeZone::us_eastern()}, times);
}

TEST(EventLines, TheDayIsToldWhereItChanges) {
  constexpr i64 kDay = i64{86'400} * kNanosPerSecond;
  EventLines lines{{feeds::TimeBase::utc, TimeZone::utc()}};
  for (const i64 time : {kDay - 1, kDay, kDay, 2 * kDay}) lines.add(event_at(Nanos{time}));
  EXPECT_EQ(text_of(lines),
            "# 1970-01-01, UTC\n"
            "23:59:59.999999999  @0                   clear\n"
            "# 1970-01-02, UTC\n"
            "00:00:00.000000000  @0                   clear\n"
            "00:00:00.000000000  @0                   clear\n"
            "# 1970-01-03, UTC\n"
            "00:00:00.000000000  @0                   clear\n");
}

}  // namespace
}  // namespace tapedeck::tools
