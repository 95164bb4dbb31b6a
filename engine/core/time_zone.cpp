#include "engine/core/time_zone.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "engine/core/calendar.hpp"
#include "engine/core/decimal.hpp"

namespace tapedeck {
namespace {

using std::chrono::days;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;

constexpr i64 kHour = 3'600;
constexpr i64 kDay = 24 * kHour;
// RFC 8536 allows times of rules of up to a week, before and after midnight.
constexpr i64 kMostRuleTime = 167 * kHour;

i64 seconds_of(sys_days date) {
  return std::chrono::seconds{date.time_since_epoch()}.count();
}

i64 floor_seconds(Nanos moment) {
  const i64 rest = moment.value % kNanosPerSecond;
  return moment.value / kNanosPerSecond - (rest < 0 ? 1 : 0);
}

// Returns the midnight, on the wall clock, of the day of a rule's change in this year.
i64 day_of(const YearlyRule::Change& change, year y) {
  const sys_days new_year{y / std::chrono::January / 1};
  if (change.kind == YearlyRule::Day::of_year) return seconds_of(new_year + days{change.day});
  if (change.kind == YearlyRule::Day::without_leap_day) {
    const bool behind_leap_day = y.is_leap() && change.day > 59;
    return seconds_of(new_year + days{change.day - (behind_leap_day ? 0 : 1)});
  }
  const std::chrono::weekday weekday{change.day};
  if (change.week == 5)
    return seconds_of(sys_days{y / month{change.month} / weekday[std::chrono::last]});
  return seconds_of(sys_days{y / month{change.month} / weekday[change.week]});
}

i64 ahead_by(const YearlyRule& rule, i64 second) {
  if (rule.standard == rule.daylight) return rule.standard;
  const sys_days date{std::chrono::floor<days>(std::chrono::seconds{second + rule.standard})};
  const year y = Date{date}.year();
  const i64 begins = day_of(rule.begins, y) + rule.begins.time - rule.standard;
  const i64 ends = day_of(rule.ends, y) + rule.ends.time - rule.daylight;
  const bool saves = begins < ends ? begins <= second && second < ends  //
                                   : begins <= second || second < ends;
  return saves ? rule.daylight : rule.standard;
}

// Reads the parts of a rule from the front of a text.
class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return text_.empty(); }
  bool skip(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  // "EST" or "<-03>"
  bool name() {
    if (skip('<')) {
      const std::size_t end = text_.find('>');
      if (end == std::string_view::npos) return false;
      text_.remove_prefix(end + 1);
      return true;
    }
    const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    const auto size =
        static_cast<std::size_t>(std::ranges::find_if_not(text_, is_letter) - text_.begin());
    text_.remove_prefix(size);
    return size >= 3;
  }
  std::optional<u32> number(u32 least, u32 most) {
    u64 value = 0;
    std::size_t size = 0;
    for (; size < text_.size() && size < 4 && text_[size] >= '0' && text_[size] <= '9'; ++size) {
      value = value * 10 + static_cast<u64>(text_[size] - '0');
    }
    if (size == 0 || value < least || value > most) return {};
    text_.remove_prefix(size);
    return static_cast<u32>(value);
  }
  // "5", "-3:30", "2:00:00", as seconds
  std::optional<i64> time() {
    const bool negative = skip('-');
    if (!negative) (void)skip('+');
    const auto hours = number(0, static_cast<u32>(kMostRuleTime / kHour));
    if (!hours) return {};
    i64 seconds = i64{*hours} * kHour;
    for (i64 unit = 60; unit > 0 && skip(':'); unit /= 60) {
      const auto part = number(0, 59);
      if (!part) return {};
      seconds += i64{*part} * unit;
    }
    return negative ? -seconds : seconds;
  }
  std::optional<YearlyRule::Change> change() {
    YearlyRule::Change change;
    std::optional<u32> value;
    if (skip('M')) {
      const auto month_number = number(1, 12);
      if (!month_number || !skip('.')) return {};
      const auto week = number(1, 5);
      if (!week || !skip('.')) return {};
      change.month = *month_number;
      change.week = *week;
      value = number(0, 6);
    } else if (skip('J')) {
      change.kind = YearlyRule::Day::without_leap_day;
      value = number(1, 365);
    } else {
      change.kind = YearlyRule::Day::of_year;
      value = number(0, 365);
    }
    if (!value) return {};
    change.day = *value;
    if (!skip('/')) return change;
    const auto at = time();
    if (!at) return {};
    change.time = *at;
    return change;
  }

 private:
  std::string_view text_;
};

// The counts in the header of a block of a TZif file, and the block's layout.
struct TzifBlock {
  static constexpr std::size_t kHeader = 44;
  u32 utc_flags, standard_flags, leaps, changes, types, letters;
  std::size_t time_bytes;

  [[nodiscard]] std::size_t size() const {
    return changes * (time_bytes + 1) + types * std::size_t{6} + letters +
           leaps * (time_bytes + 4) + standard_flags + utc_flags;
  }
};

// The database's own files stay far below.
constexpr u32 kMostTzifEntries = 1u << 16;

std::optional<TzifBlock> tzif_block(Bytes file, std::size_t time_bytes) {
  constexpr std::string_view kMagic = "TZif";
  if (file.size() < TzifBlock::kHeader) return {};
  for (std::size_t i = 0; i < kMagic.size(); ++i) {
    if (static_cast<char>(file[i]) != kMagic[i]) return {};
  }
  const auto count = [&file](std::size_t index) {
    return load_be<u32>(&file[20 + sizeof(u32) * index]);
  };
  const TzifBlock block{count(0), count(1), count(2), count(3), count(4), count(5), time_bytes};
  for (const u32 each : {block.utc_flags, block.standard_flags, block.leaps, block.changes,
                         block.types, block.letters}) {
    if (each > kMostTzifEntries) return {};
  }
  if (block.types == 0 || file.size() - TzifBlock::kHeader < block.size()) return {};
  return block;
}

}  // namespace

std::optional<YearlyRule> parse_yearly_rule(std::string_view text) {
  RuleReader reader{text};
  YearlyRule rule;
  if (!reader.name()) return {};
  // POSIX counts what is to be added to the wall clock.
  const auto standard = reader.time();
  if (!standard) return {};
  rule.standard = rule.daylight = -*standard;
  if (reader.at_end()) return rule;
  if (!reader.name()) return {};
  rule.daylight = rule.standard + kHour;
  if (!reader.skip(',')) {
    const auto daylight = reader.time();
    if (!daylight || !reader.skip(',')) return {};
    rule.daylight = -*daylight;
  }
  const auto begins = reader.change();
  if (!begins || !reader.skip(',')) return {};
  const auto ends = reader.change();
  if (!ends || !reader.at_end()) return {};
  rule.begins = *begins;
  rule.ends = *ends;
  return rule;
}

TimeZone TimeZone::us_eastern() {
  using std::chrono::last;
  using std::chrono::Sunday;
  constexpr i64 kStandard = -5 * kHour;
  constexpr i64 kDaylight = -4 * kHour;
  constexpr i64 kChangeAt = 2 * kHour;
  TimeZone zone{"US Eastern"};
  zone.before_ = kStandard;
  for (year y{1970}; y < year{2007}; ++y) {
    const sys_days begins{y / std::chrono::April / Sunday[1]};
    const sys_days ends{y / std::chrono::October / Sunday[last]};
    zone.changes_.push_back({seconds_of(begins) + kChangeAt - kStandard, kDaylight});
    zone.changes_.push_back({seconds_of(ends) + kChangeAt - kDaylight, kStandard});
  }
  // The rule begins behind the last change.
  zone.changes_.push_back({seconds_of(sys_days{year{2007} / 1 / 1}), kStandard});
  zone.rule_ = YearlyRule{
      kStandard, kDaylight, {.month = 3, .week = 2, .day = 0}, {.month = 11, .week = 1, .day = 0}};
  return zone;
}

TimeZone TimeZone::fixed(i64 seconds) {
  TimeZone zone{seconds == 0 ? "UTC" : utc_offset_text(seconds)};
  zone.before_ = seconds;
  return zone;
}

std::optional<TimeZone> TimeZone::from_tzif(std::string name, Bytes content) {
  auto block = tzif_block(content, 4);
  if (!block) return {};
  std::string_view rule;
  if (static_cast<char>(content[4]) >= '2') {
    // The block of version 1 is followed by one with times of 64 bits, and by a rule.
    content = content.subspan(TzifBlock::kHeader + block->size());
    block = tzif_block(content, 8);
    if (!block) return {};
    const Bytes footer = content.subspan(TzifBlock::kHeader + block->size());
    rule = {reinterpret_cast<const char*>(footer.data()), footer.size()};
    if (!rule.starts_with('\n') || rule.find('\n', 1) == std::string_view::npos) return {};
    rule = rule.substr(1, rule.find('\n', 1) - 1);
  }
  TimeZone zone{std::move(name)};
  const std::byte* const times = content.data() + TzifBlock::kHeader;
  const std::byte* const kinds = times + block->changes * block->time_bytes;
  const std::byte* const types = kinds + block->changes;
  const auto ahead_of = [types](std::size_t type) {
    return i64{static_cast<std::int32_t>(load_be<u32>(types + 6 * type))};
  };
  zone.before_ = ahead_of(0);
  for (std::size_t i = 0; i < block->changes; ++i) {
    const auto type = std::to_integer<std::size_t>(kinds[i]);
    const std::byte* const at = times + i * block->time_bytes;
    const i64 second = block->time_bytes == 8 ? static_cast<i64>(load_be<u64>(at))
                                              : i64{static_cast<std::int32_t>(load_be<u32>(at))};
    const bool is_later = zone.changes_.empty() || zone.changes_.back().second < second;
    if (type >= block->types || !is_later) return {};
    zone.changes_.push_back({second, ahead_of(type)});
  }
  for (std::size_t type = 0; type < block->types; ++type) {
    if (std::abs(ahead_of(type)) >= 2 * kDay) return {};
  }
  if (!rule.empty()) {
    zone.rule_ = parse_yearly_rule(rule);
    if (!zone.rule_) return {};
  }
  return zone;
}

bool TimeZone::is_utc() const {
  const bool has_rule = rule_ && (rule_->standard != 0 || rule_->daylight != 0);
  return changes_.empty() && !has_rule && before_ == 0;
}

i64 TimeZone::seconds_ahead(Nanos moment) const {
  const i64 second = floor_seconds(moment);
  const auto next = std::ranges::upper_bound(changes_, second, {}, &Change::second);
  if (next == changes_.end() && rule_) return ahead_by(*rule_, second);
  return next == changes_.begin() ? before_ : std::prev(next)->ahead;
}

Nanos TimeZone::wall_clock(Nanos moment) const {
  i64 shown = 0;
  const i64 ahead = seconds_ahead(moment) * kNanosPerSecond;
  return {__builtin_add_overflow(moment.value, ahead, &shown) ? moment.value : shown};
}

std::vector<Nanos> TimeZone::moments_of(Nanos wall) const {
  std::vector<Nanos> moments;
  // The offset of a moment is one of those a day before and a day after it.
  for (const i64 around : {-kDay, kDay}) {
    i64 other = 0;
    i64 moment = 0;
    if (__builtin_add_overflow(wall.value, around * kNanosPerSecond, &other)) continue;
    const i64 ahead = seconds_ahead(Nanos{other});
    if (__builtin_sub_overflow(wall.value, ahead * kNanosPerSecond, &moment)) continue;
    if (seconds_ahead(Nanos{moment}) == ahead) moments.push_back(Nanos{moment});
  }
  std::ranges::sort(moments);
  moments.erase(std::unique(moments.begin(), moments.end()), moments.end());
  return moments;
}

std::optional<i64> parse_utc_offset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return {};
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  const std::size_t colon = text.find(':');
  std::string_view hours = text.substr(0, colon);
  std::string_view minutes = colon == std::string_view::npos ? "00" : text.substr(colon + 1);
  if (colon == std::string_view::npos && text.size() == 4) {
    hours = text.substr(0, 2);
    minutes = text.substr(2);
  }
  const auto is_number = [](std::string_view part) {
    return std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (hours.empty() || hours.size() > 2 || minutes.size() != 2) return {};
  if (!is_number(hours) || !is_number(minutes)) return {};
  const auto h = parse_integer(hours);
  const auto m = parse_integer(minutes);
  if (!h || !m || *h > 23 || *m > 59) return {};
  const i64 seconds = *h * kHour + *m * 60;
  return negative ? -seconds : seconds;
}

std::string utc_offset_text(i64 seconds) {
  const i64 all = std::abs(seconds);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%c%02lld:%02lld", seconds < 0 ? '-' : '+',
                static_cast<long long>(all / kHour), static_cast<long long>(all / 60 % 60));
  std::string offset = text.data();
  if (all % 60 != 0) {
    std::snprintf(text.data(), text.size(), ":%02lld", static_cast<long long>(all % 60));
    offset += text.data();
  }
  return offset;
}

}  // namespace tapedeck
