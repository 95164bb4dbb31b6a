#include "tools/cli/place.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/core/calendar.hpp"
#include "engine/core/decimal.hpp"
#include "engine/core/time_zone.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/shown_time.hpp"

namespace tapedeck::tools {
namespace {

// Shorter numbers are more probably the numbers of messages.
constexpr std::size_t kFewestDigits = 12;

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

struct TimeAndZone {
  std::string_view time;
  std::optional<i64> seconds_ahead;  // empty: no zone is given
};

// Parts "10:31:07+02:00"; empty if what follows the time is no zone.
std::optional<TimeAndZone> parted(std::string_view text, std::size_t time_at) {
  const std::size_t zone_at = text.find_first_of("Zz+-", std::min(time_at, text.size()));
  if (zone_at == std::string_view::npos) return TimeAndZone{text, {}};
  const auto ahead = parse_utc_offset(text.substr(zone_at));
  if (!ahead) return {};
  return TimeAndZone{text.substr(0, zone_at), ahead};
}

std::optional<TypedPlace> place_with_date(std::string_view text) {
  const auto parts = parted(text, date_size(text));
  if (!parts) return {};
  const auto wall = parse_wall_time(parts->time);
  if (!wall) return {};
  if (!parts->seconds_ahead) return TypedPlace{TypedPlace::Kind::wall, wall->value};
  const i64 moment = wall->value - *parts->seconds_ahead * kNanosPerSecond;
  return TypedPlace{TypedPlace::Kind::moment, moment};
}

std::optional<TypedPlace> place_within_day(std::string_view text) {
  const auto parts = parted(text, 0);
  if (!parts) return {};
  const auto time = parse_time_of_day(parts->time);
  if (!time) return {};
  if (!parts->seconds_ahead) return TypedPlace{TypedPlace::Kind::time_of_day, time->value};
  return TypedPlace{TypedPlace::Kind::time_in_zone, time->value, *parts->seconds_ahead};
}

}  // namespace

TypedPlace typed_place(const std::string& option, const std::string& text,
                       const std::string& also) {
  if (text.starts_with('#') || text.starts_with('@')) {
    const auto number = parse_integer(text.substr(1));
    if (!number || *number < 1) {
      throw UsageError(option + " " + text + ": must be a message's number like #1000 or @1000");
    }
    return {TypedPlace::Kind::message, *number};
  }
  if (text.size() >= kFewestDigits && is_number(text)) {
    if (const auto count = parse_integer(text)) return {TypedPlace::Kind::count, *count};
  }
  const bool has_date = parse_date(std::string_view{text}.substr(0, date_size(text))).has_value();
  if (const auto place = has_date ? place_with_date(text) : place_within_day(text)) return *place;
  throw UsageError(option + " " + text +
                   ": must be a time of day like 10:31:07.5, a moment like 2012-06-21T14:31:07Z "
                   "or its nanoseconds since 1970, or a message like @1000" +
                   (also.empty() ? "" : ", or " + also));
}

nlohmann::ordered_json place_json(const std::optional<AskedPlace>& asked, feeds::TimeBase base) {
  if (!asked) return nullptr;
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  json["given"] = asked->given;
  const auto& [sequence, time] = asked->place;
  json["message"] = sequence ? nlohmann::ordered_json(*sequence) : nlohmann::ordered_json(nullptr);
  json["time"] = time ? time_json(*time, base) : nlohmann::ordered_json(nullptr);
  return json;
}

}  // namespace tapedeck::tools
