#include "engine/core/calendar.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "engine/core/decimal.hpp"
#include "engine/core/text.hpp"

namespace tapedeck {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<Date> date_of(std::string_view y, std::string_view m, std::string_view d) {
  const auto yy = parse_integer(y);
  const auto mm = parse_integer(m);
  const auto dd = parse_integer(d);
  if (!yy || !mm || !dd || *yy < 1970 || *yy > 2261 || *mm < 1 || *dd < 1) return {};
  const Date date{year{static_cast<int>(*yy)}, month{static_cast<unsigned>(*mm)},
                  day{static_cast<unsigned>(*dd)}};
  if (!date.ok()) return {};
  return date;
}

char as_lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// SMMDDYY-v50, with which the names of NASDAQ's newer days begin.
std::optional<Date> date_of_version_name(std::string_view name) {
  constexpr std::size_t kDigits = 6;
  if (name.size() < kDigits + 3 || as_lower_case(name[0]) != 's') return {};
  const std::string_view digits = name.substr(1, kDigits);
  const std::string_view version = name.substr(1 + kDigits, 2);
  if (!std::ranges::all_of(digits, is_digit) || as_lower_case(version[1]) != 'v') return {};
  if (version[0] != '-') return {};
  const std::string year_text = "20" + std::string{digits.substr(4)};
  return date_of(year_text, digits.substr(0, 2), digits.substr(2, 2));
}

bool daylight_saving(Date date) {
  using std::chrono::last;
  using std::chrono::Sunday;
  const year y = date.year();
  const bool since_2007 = y >= year{2007};
  const sys_days begins = since_2007 ? sys_days{y / std::chrono::March / Sunday[2]}
                                     : sys_days{y / std::chrono::April / Sunday[1]};
  const sys_days ends = since_2007 ? sys_days{y / std::chrono::November / Sunday[1]}
                                   : sys_days{y / std::chrono::October / Sunday[last]};
  const sys_days today{date};
  return begins <= today && today < ends;
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() == 8) return date_of(text.substr(0, 4), text.substr(4, 2), text.substr(6));
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
  return date_of(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2));
}

std::optional<Date> date_in_name(std::string_view name) {
  for (std::size_t at = 0; at + 10 <= name.size(); ++at) {
    if (const auto date = parse_date(name.substr(at, 10))) return date;
  }
  for (std::size_t at = 0; at < name.size();) {
    const auto begin =
        std::find_if(name.begin() + static_cast<std::ptrdiff_t>(at), name.end(), is_digit);
    const auto end = std::find_if_not(begin, name.end(), is_digit);
    const std::string_view run{begin, end};
    if (run.size() == 8) {
      if (const auto date = date_of(run.substr(0, 4), run.substr(4, 2), run.substr(6))) return date;
      if (const auto date = date_of(run.substr(4), run.substr(0, 2), run.substr(2, 2))) return date;
    }
    at = static_cast<std::size_t>(end - name.begin()) + 1;
  }
  return date_of_version_name(name);
}

std::optional<DayOfYear> day_in_name(std::string_view name) {
  constexpr std::string_view kBefore = "itch50_";
  constexpr std::size_t kDaySize = 5;  // MM_DD
  const auto same = [](char a, char b) { return as_lower_case(a) == b; };
  const auto at = std::search(name.begin(), name.end(), kBefore.begin(), kBefore.end(), same);
  std::string_view day_text{at, name.end()};
  if (day_text.size() < kBefore.size() + kDaySize) return {};
  day_text.remove_prefix(kBefore.size());
  const bool longer = day_text.size() > kDaySize && is_digit(day_text[kDaySize]);
  if (day_text[2] != '_' || longer || date_in_name(name)) return {};
  // Any leap year, because the name may mean one.
  const auto date = date_of("2024", day_text.substr(0, 2), day_text.substr(3, 2));
  if (!date) return {};
  return DayOfYear{date->month(), date->day()};
}

Nanos eastern_midnight(Date date) {
  const auto days = sys_days{date}.time_since_epoch();
  const std::chrono::hours behind_utc{daylight_saving(date) ? 4 : 5};
  return {std::chrono::nanoseconds{days + behind_utc}.count()};
}

std::optional<Nanos> parse_time_of_day(std::string_view text) {
  i64 fraction = 0;
  if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
    constexpr std::size_t kDecimals = 9;
    std::string decimals{text.substr(dot + 1)};
    if (decimals.empty() || decimals.size() > kDecimals ||
        !std::ranges::all_of(decimals, is_digit)) {
      return {};
    }
    decimals.resize(kDecimals, '0');
    fraction = *parse_integer(decimals);
    text = text.substr(0, dot);
  }
  constexpr std::array<i64, 3> kMost{23, 59, 59};
  const std::vector<std::string> parts = split(text, ':');
  if (parts.size() < 2 || parts.size() > kMost.size()) return {};
  if (fraction != 0 && parts.size() < kMost.size()) return {};
  i64 seconds = 0;
  for (std::size_t i = 0; i < kMost.size(); ++i) {
    const auto part = i < parts.size() ? parse_integer(parts[i]) : std::optional<i64>{0};
    if (!part || *part < 0 || *part > kMost[i]) return {};
    seconds = seconds * 60 + *part;
  }
  return Nanos{seconds * kNanosPerSecond + fraction};
}

std::optional<Nanos> parse_iso_time(std::string_view text) {
  constexpr std::size_t kDateSize = 10;
  if (text.size() < kDateSize + 2 || text[kDateSize] != 'T' || text.back() != 'Z') return {};
  return parse_wall_time(text.substr(0, text.size() - 1));
}

std::size_t date_size(std::string_view text) {
  constexpr std::size_t kWithHyphens = 10;
  constexpr std::size_t kDigits = 8;
  return text.find('-') == 4 ? kWithHyphens : kDigits;
}

std::optional<Nanos> parse_wall_time(std::string_view text) {
  const std::size_t size = date_size(text);
  const auto date = parse_date(text.substr(0, size));
  if (!date) return {};
  const Nanos day{std::chrono::nanoseconds{sys_days{*date}.time_since_epoch()}.count()};
  if (text.size() == size) return day;
  if (text[size] != 'T' && text[size] != 't' && text[size] != ' ') return {};
  const auto time = parse_time_of_day(text.substr(size + 1));
  if (!time) return {};
  return day + *time;
}

std::string iso_time(Nanos since_1970) {
  // Computed by hand, because the start of the first representable day does not fit into 64 bits.
  constexpr i64 kDay = i64{86'400} * kNanosPerSecond;
  const i64 of_day = (since_1970.value % kDay + kDay) % kDay;
  const i64 day = since_1970.value / kDay - (since_1970.value % kDay < 0 ? 1 : 0);
  const Date date{sys_days{std::chrono::days{day}}};
  const std::chrono::hh_mm_ss time{std::chrono::nanoseconds{of_day}};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%09lldZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<long long>(time.subseconds().count()));
  return text.data();
}

std::string time_of_day_text(Nanos since_midnight) {
  // The lowest value has no opposite.
  const bool negative = since_midnight.value < 0;
  const u64 all = negative ? u64{0} - static_cast<u64>(since_midnight.value)
                           : static_cast<u64>(since_midnight.value);
  constexpr u64 kSecond{kNanosPerSecond};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%s%02llu:%02llu:%02llu.%09llu", negative ? "-" : "",
                static_cast<unsigned long long>(all / kSecond / 3600),
                static_cast<unsigned long long>(all / kSecond / 60 % 60),
                static_cast<unsigned long long>(all / kSecond % 60),
                static_cast<unsigned long long>(all % kSecond));
  return text.data();
}

}  // namespace tapedeck
