// Dates and times of day, and the wall clock of US exchanges, without a time-zone database.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck {

using Date = std::chrono::year_month_day;

/// Parses a date like "2019-12-30" or "20191230", in the years 1970 to 2261. Returns empty for any
/// other text.
[[nodiscard]] std::optional<Date> parse_date(std::string_view text);

/// Returns the date in a file's name. Accepts YYYY-MM-DD anywhere in the name, and eight digits
/// without a digit beside them, either as YYYYMMDD or as MMDDYYYY (NASDAQ's form: 12302019). Also
/// accepts SMMDDYY-v at the name's beginning, in this century (NASDAQ's S022820-v50.txt.gz).
[[nodiscard]] std::optional<Date> date_in_name(std::string_view file_name);

using DayOfYear = std::chrono::month_day;

/// Returns the day in a file's name that states no year: itch50_MM_DD, as NASDAQ names some days
/// (itch50_05_18.gz). Returns empty for a name in which date_in_name() finds a date.
[[nodiscard]] std::optional<DayOfYear> day_in_name(std::string_view file_name);

/// Returns the time at which the US Eastern wall clock shows 00:00 on that day, in nanoseconds
/// since 1970 UTC. Daylight saving time follows the Energy Policy Act of 2005 from 2007 on, and the
/// rules of 1986 before that. On a Sunday on which the clocks change, the new offset applies from
/// 00:00. This is precise enough, because these markets are closed on Sundays.
[[nodiscard]] Nanos eastern_midnight(Date date);

/// Parses a time of day into the time since midnight: "09:30", "9:30:00", "10:31:07.123456789".
/// Returns empty for any other text.
[[nodiscard]] std::optional<Nanos> parse_time_of_day(std::string_view text);
/// Parses the format of iso_time(), with up to nine decimals: "2012-06-21T13:30:00Z". Returns empty
/// for any other text.
[[nodiscard]] std::optional<Nanos> parse_iso_time(std::string_view text);

/// Returns how many characters the date at the front of `text` has, if there is one.
[[nodiscard]] std::size_t date_size(std::string_view text);
/// Parses a date and a time of day without a zone: "2012-06-21T09:30:00.5", "2012-06-21 09:30", or
/// the date alone, which means its midnight. Returns the time since 1970-01-01 00:00 on that clock;
/// empty for any other text.
[[nodiscard]] std::optional<Nanos> parse_wall_time(std::string_view text);

/// Returns a text like "2012-06-21T13:30:00.004241176Z".
[[nodiscard]] std::string iso_time(Nanos since_1970);
/// Returns a time since a midnight as "09:30:00.004241176". Hours may exceed 23.
[[nodiscard]] std::string time_of_day_text(Nanos since_midnight);

}  // namespace tapedeck
