#include "tools/cli/shown_time.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "engine/core/calendar.hpp"
#include "engine/core/text.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {
namespace {

// Names of the zone that TimeZone::us_eastern() has without a database.
constexpr std::array<std::string_view, 2> kEasternNames{"America/New_York", "US/Eastern"};

// Nothing of this process changes the environment.
const char* variable_of_environment(const char* name) {
  return std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
}

std::string zone_folder() {
  const char* const folder = variable_of_environment("TZDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/usr/share/zoneinfo";
}

// Returns the content of a file of the database's size at most; empty if it cannot be read.
std::string small_file(const std::string& path) {
  constexpr std::size_t kMost = std::size_t{1} << 20;
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) return {};
  const auto size = std::filesystem::file_size(path, failed);
  if (failed || size > kMost) return {};
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::optional<TimeZone> zone_in_file(const std::string& name, const std::string& path) {
  const std::string content = small_file(path);
  return TimeZone::from_tzif(name, as_bytes_of(content));
}

// True for a name that stays within the database's folder.
bool is_zone_name(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '/';
  };
  return !name.empty() && !name.starts_with('/') && std::ranges::all_of(name, is_plain);
}

std::vector<std::string> zone_names() {
  std::vector<std::string> names{"UTC", "local"};
  for (const std::string_view name : kEasternNames) names.emplace_back(name);
  const std::filesystem::path folder{zone_folder()};
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator at{folder, failed}, end; !failed && at != end;
       at.increment(failed)) {
    std::string name = at->path().lexically_relative(folder).string();
    // Two more copies of all zones, and files that are none.
    const bool is_copy = name.starts_with("posix/") || name.starts_with("right/");
    if (!is_copy && is_zone_name(name) && at->is_regular_file(failed)) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

std::string lower_case(std::string_view text) {
  std::string lower{text};
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

// Names are compared in lower case, also by their last part: "berlin" is near Europe/Berlin.
std::optional<std::string> nearest_zone(const std::string& text) {
  const std::vector<std::string> names = zone_names();
  const std::string given = lower_case(text);
  std::vector<std::string> known;
  for (const std::string& name : names) {
    const std::string lower = lower_case(name);
    if (lower == given || lower.ends_with("/" + given)) return name;
    known.push_back(lower);
  }
  const auto near = nearest(given, known);
  if (!near) return {};
  return names[static_cast<std::size_t>(std::ranges::find(known, *near) - known.begin())];
}

std::optional<TimeZone> named_zone(const std::string& name) {
  if (name == "UTC") return TimeZone::utc();
  if (is_zone_name(name)) {
    if (auto zone = zone_in_file(name, zone_folder() + "/" + name)) return zone;
  }
  if (std::ranges::find(kEasternNames, name) != kEasternNames.end()) return TimeZone::us_eastern();
  return {};
}

// Returns the zone that this computer's clock shows.
TimeZone local_zone() {
  if (const char* const variable = variable_of_environment("TZ"); variable != nullptr) {
    std::string name{variable};
    if (name.starts_with(':')) name.erase(0, 1);
    if (name.empty()) return TimeZone::utc();
    auto zone = name.starts_with('/') ? zone_in_file(name, name) : named_zone(name);
    if (zone) return *zone;
    throw UsageError("--tz local: TZ=" + std::string{variable} +
                     " is no zone of the system's database; give one, like Europe/Berlin");
  }
  constexpr const char* kLocal = "/etc/localtime";
  std::error_code failed;
  const std::string target = std::filesystem::canonical(kLocal, failed).string();
  constexpr std::string_view kFolder = "zoneinfo/";
  const std::size_t at = target.find(kFolder);
  const std::string name =
      at == std::string::npos ? "local time" : target.substr(at + kFolder.size());
  // A computer without this file shows UTC.
  return zone_in_file(name, kLocal).value_or(TimeZone::utc());
}

bool is_same_clock(const TimeZone& asked, const TimeZone& own) {
  if (asked == own) return true;
  return own == TimeZone::us_eastern() &&
         std::ranges::find(kEasternNames, asked.name()) != kEasternNames.end();
}

}  // namespace

std::optional<TimeZone> zone_of_option(const std::string& text) {
  if (text.empty()) return {};
  if (text == "local") return local_zone();
  if (const auto offset = parse_utc_offset(text)) return TimeZone::fixed(*offset);
  if (auto zone = named_zone(text)) return zone;
  const auto near = nearest_zone(text);
  throw UsageError("--tz " + text +
                   ": must be a zone like America/New_York, UTC, an offset like +02:00, or local" +
                   (near ? "; did you mean " + *near + "?" : ""));
}

std::vector<ShownTimes> shown_times(const feeds::OpenedFeeds& opened,
                                    const std::optional<TimeZone>& asked) {
  std::vector<ShownTimes> shown;
  for (const feeds::OpenedChannel& channel : opened.channels) {
    const TimeZone own = zone_of(channel);
    if (asked && opened.time_base == feeds::TimeBase::midnight && !is_same_clock(*asked, own)) {
      throw UsageError("--tz " + asked->name() +
                       ": the day of the input is not known, and with it how far " + own.name() +
                       " is from there; give --date");
    }
    shown.push_back({opened.time_base, asked.value_or(own)});
  }
  return shown;
}

std::string time_text(Nanos time, const ShownTimes& shown) {
  if (time == kBeginningOfTime) return "before any time is known";
  if (shown.base == feeds::TimeBase::midnight) return time_of_day_text(time);
  if (shown.zone.is_utc()) return iso_time(time);
  std::string text = iso_time(shown.zone.wall_clock(time));
  text.pop_back();  // Z
  return text + utc_offset_text(shown.zone.seconds_ahead(time));
}

std::string clock_text(Nanos time, const ShownTimes& shown) {
  if (shown.base == feeds::TimeBase::midnight) return time_of_day_text(time);
  constexpr std::size_t kDatePart = 11;  // "2012-06-21T"
  std::string text = iso_time(shown.zone.wall_clock(time)).substr(kDatePart);
  text.pop_back();
  return text;
}

std::string zone_text(const ShownTimes& shown) {
  const bool has_day = shown.base == feeds::TimeBase::utc;
  return shown.zone.name() + (has_day ? "" : ", of an unknown day");
}

nlohmann::ordered_json time_json(Nanos time, feeds::TimeBase base) {
  if (time == kBeginningOfTime) return nullptr;
  return base == feeds::TimeBase::utc ? iso_time(time) : time_of_day_text(time);
}

std::string time_base_text(feeds::TimeBase base) {
  return base == feeds::TimeBase::utc ? "utc" : "midnight";
}

}  // namespace tapedeck::tools
