#include "engine/core/units.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "engine/core/decimal.hpp"

namespace tapedeck {

namespace {

constexpr i64 kMostExponent = 18;

// Removes the commas of a number like "1,234,567.5". Returns nothing if they do not separate
// thousands.
std::optional<std::string> without_commas(std::string_view text) {
  const std::string_view whole = text.substr(0, text.find('.'));
  if (whole.find(',') == std::string_view::npos) return std::string{text};
  constexpr std::size_t kGroup = 3;
  std::string digits;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(whole.find(',', begin), whole.size());
    const std::size_t size = end - begin;
    if (begin == 0 ? size == 0 || size > kGroup : size != kGroup) return {};
    digits += whole.substr(begin, size);
    if (end == whole.size()) break;
    begin = end + 1;
  }
  digits += text.substr(whole.size());
  return digits;
}

// Removes the unit or exponent at the end, and returns the factor that it stands for.
std::optional<i64> take_scale(std::string_view& text) {
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    std::string_view digits = text.substr(e + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto exponent = parse_integer(digits);
    if (!exponent || *exponent < 0 || *exponent > kMostExponent) return {};
    text = text.substr(0, e);
    i64 scale = 1;
    for (i64 k = 0; k < *exponent; ++k) scale *= 10;
    return scale;
  }
  if (text.empty()) return {};
  const char unit = text.back();
  const i64 scale = unit == 'k' || unit == 'K' ? 1'000
                    : unit == 'M'              ? 1'000'000
                    : unit == 'G'              ? 1'000'000'000
                                               : 1;
  if (scale != 1) text.remove_suffix(1);
  return scale;
}

// Returns the number in units of 1e-9, as seconds in nanoseconds; it may be zero.
std::optional<i128> parse_scaled(std::string_view text) {
  const auto scale = take_scale(text);
  const auto digits = without_commas(text);
  if (!scale || !digits) return {};
  const std::size_t point = std::min(digits->find('.'), digits->size());
  const auto whole = parse_integer(std::string_view{*digits}.substr(0, point));
  const auto fraction = parse_price("0" + digits->substr(point));
  i128 scaled = 0;
  if (!whole || !fraction || digits->starts_with('-') ||
      __builtin_mul_overflow(i128{*whole} * kPriceUnitsPerOne + fraction->value, i128{*scale},
                             &scaled)) {
    return {};
  }
  return scaled;
}

}  // namespace

std::optional<u64> parse_count(std::string_view text) {
  const auto scaled = parse_scaled(text);
  if (!scaled || *scaled <= 0 || *scaled % kPriceUnitsPerOne != 0) return {};
  const i128 count = *scaled / kPriceUnitsPerOne;
  if (count > std::numeric_limits<i64>::max()) return {};
  return static_cast<u64>(count);
}

std::optional<double> parse_rate(std::string_view text) {
  const auto scaled = parse_scaled(text);
  if (!scaled || *scaled <= 0) return {};
  return static_cast<double>(*scaled) / static_cast<double>(kPriceUnitsPerOne);
}

std::optional<u64> parse_bytes(std::string_view text) {
  constexpr std::string_view kUnits = "kmgt";  // each 1024 times the one before
  const auto lower = [&](std::size_t from_end) {
    const char c = text.size() > from_end ? text[text.size() - 1 - from_end] : '\0';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  if (lower(0) != 'b') return parse_count(text);
  const bool is_binary = lower(1) == 'i';
  const std::size_t unit = kUnits.find(lower(is_binary ? 2 : 1));
  if (unit == std::string_view::npos) return {};
  const auto number = parse_integer(text.substr(0, text.size() - (is_binary ? 3 : 2)));
  const u64 step = is_binary ? 1024 : 1000;
  u64 bytes = 0;
  if (!number || *number < 1) return {};
  bytes = static_cast<u64>(*number);
  for (std::size_t k = 0; k <= unit; ++k) {
    if (__builtin_mul_overflow(bytes, step, &bytes)) return {};
  }
  return bytes;
}

namespace {

struct DurationUnit {
  std::string_view name;
  i64 nanos;
};
constexpr auto kDurationUnits = std::to_array<DurationUnit>({
    {"h", 3600 * kNanosPerSecond},
    {"m", 60 * kNanosPerSecond},
    {"min", 60 * kNanosPerSecond},
    {"s", kNanosPerSecond},
    {"sec", kNanosPerSecond},
    {"ms", 1'000'000},
    {"us", 1'000},
    {"ns", 1},
});

}  // namespace

std::optional<Nanos> parse_duration(std::string_view text) {
  i128 total = 0;
  i64 before = std::numeric_limits<i64>::max();
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto number = parse_price(text.substr(0, digits));
    text.remove_prefix(digits);
    const std::size_t letters = std::min(text.find_first_of("0123456789."), text.size());
    const auto unit =
        std::ranges::find(kDurationUnits, text.substr(0, letters), &DurationUnit::name);
    text.remove_prefix(letters);
    // Units descend, and only the last number may have decimals.
    if (!number || unit == kDurationUnits.end() || unit->nanos >= before) return {};
    if (!text.empty() && number->value % kPriceUnitsPerOne != 0) return {};
    before = unit->nanos;
    const i128 part = i128{number->value} * unit->nanos;
    if (part % kPriceUnitsPerOne != 0) return {};
    total += part / kPriceUnitsPerOne;
  }
  if (total <= 0 || total > std::numeric_limits<i64>::max()) return {};
  return Nanos{static_cast<i64>(total)};
}

std::optional<Nanos> parse_seconds(std::string_view text) {
  if (text.find_first_not_of("0123456789.,eE+") != std::string_view::npos) {
    return parse_duration(text);
  }
  const auto nanos = parse_scaled(text);
  if (!nanos || *nanos <= 0 || *nanos > std::numeric_limits<i64>::max()) return {};
  return Nanos{static_cast<i64>(*nanos)};
}

std::string grouped(u64 number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string counted(u64 number, std::string_view one, std::string_view many) {
  return grouped(number).append(" ").append(number == 1 ? one : many);
}

std::string counted(u64 number, std::string_view noun) {
  return counted(number, noun, std::string{noun}.append("s"));
}

std::string duration_for_people(Nanos duration, int digits) {
  constexpr std::array<const char*, 4> kUnits{"ns", "us", "ms", "s"};
  auto value = static_cast<double>(duration.value);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  const int whole_digits = value < 10 ? 1 : value < 100 ? 2 : 3;
  const int decimals = unit > 0 ? std::max(0, digits - whole_digits) : 0;
  return with_decimals(value, decimals) + " " + kUnits[unit];
}

}  // namespace tapedeck
