// Formats exchange times: for people in a zone, for programs in UTC. Also reads --tz.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/core/time_zone.hpp"
#include "feeds/catalog/catalog.hpp"

namespace tapedeck::tools {

/// How the times of a channel are shown to people.
struct ShownTimes {
  feeds::TimeBase base = feeds::TimeBase::utc;
  TimeZone zone = TimeZone::utc();
};

/// Returns the zone of --tz: a name of the system's database (America/New_York), UTC, an offset
/// (+02:00) or local; empty where the option is not given. Throws UsageError, with the nearest
/// name.
[[nodiscard]] std::optional<TimeZone> zone_of_option(const std::string& text);
/// Returns how each channel's times are shown: in the zone of --tz, else in the channel's own.
/// Throws UsageError where the day of the input is not known and `asked` is another zone.
[[nodiscard]] std::vector<ShownTimes> shown_times(const feeds::OpenedFeeds& opened,
                                                  const std::optional<TimeZone>& asked);

/// Formats a time for people: "2012-06-21T09:30:00.004241176-04:00", with Z in UTC, or only the
/// time of day when the day is unknown. Formats kBeginningOfTime, which means "no time yet", in
/// words.
[[nodiscard]] std::string time_text(Nanos time, const ShownTimes& shown);
/// Formats what the zone's clocks show, without the date: "09:30:00.004241176".
[[nodiscard]] std::string clock_text(Nanos time, const ShownTimes& shown);
/// Returns the zone's name for people, "US Eastern", and says so when the day is unknown.
[[nodiscard]] std::string zone_text(const ShownTimes& shown);

/// Returns the time as a JSON string: in UTC with Z, or a time of day without Z when the day is
/// unknown; null for kBeginningOfTime.
[[nodiscard]] nlohmann::ordered_json time_json(Nanos time, feeds::TimeBase base);
/// Returns the value of `time_base` in JSON: "utc" or "midnight".
[[nodiscard]] std::string time_base_text(feeds::TimeBase base);

}  // namespace tapedeck::tools
