#include "engine/core/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <limits>
#include <numeric>

namespace tapedeck {

std::string decimal(Price price) {
  if (price == kNoPrice) return {};
  // Unsigned arithmetic, since the negative of the smallest price does not fit.
  const bool negative = price.value < 0;
  const u64 magnitude =
      negative ? u64{0} - static_cast<u64>(price.value) : static_cast<u64>(price.value);
  std::string text = negative ? "-" : "";
  text += std::to_string(magnitude / u64{kPriceUnitsPerOne});
  u64 fraction = magnitude % u64{kPriceUnitsPerOne};
  if (fraction == 0) return text;
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%09llu", static_cast<unsigned long long>(fraction));
  std::string tail{digits.data()};
  tail.erase(tail.find_last_not_of('0') + 1);
  return text + "." + tail;
}

std::optional<i64> parse_integer(std::string_view text) {
  i64 value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

std::string price_for_people(Price price) {
  if (price == kNoPrice) return "-";
  std::string text = decimal(price);
  const auto point = text.find('.');
  const std::size_t decimals = point == std::string::npos ? 0 : text.size() - point - 1;
  if (decimals == 0) text += '.';
  if (decimals < 2) text.append(2 - decimals, '0');
  return text;
}

std::optional<Price> parse_price(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string fraction{point == std::string_view::npos ? "" : text.substr(point + 1)};
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (whole.empty() || fraction.size() > 9 || !std::ranges::all_of(whole, is_digit) ||
      !std::ranges::all_of(fraction, is_digit)) {
    return {};
  }
  fraction.resize(9, '0');
  const auto units = parse_integer(whole);
  const auto nanos = parse_integer(fraction);
  if (!units || !nanos) return {};
  const i128 size = i128{*units} * kPriceUnitsPerOne + *nanos;
  const i128 value = negative ? -size : size;
  const bool fits = value >= std::numeric_limits<i64>::min() && value < kNoPrice.value;
  return fits ? std::optional{Price{static_cast<i64>(value)}} : std::nullopt;
}

std::optional<u64> parse_bytes(std::string_view text) {
  constexpr std::array<std::string_view, 4> kUnits{"KiB", "MiB", "GiB", "TiB"};
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (!text.ends_with(kUnits[i])) continue;
    const auto number = parse_integer(text.substr(0, text.size() - kUnits[i].size()));
    u64 bytes = 0;
    if (!number || *number < 1 ||
        __builtin_mul_overflow(static_cast<u64>(*number), u64{1} << (10 * (i + 1)), &bytes)) {
      return {};
    }
    return bytes;
  }
  return parse_count(text);
}

std::optional<Nanos> parse_duration(std::string_view text) {
  const auto digits = text.find_first_not_of("0123456789");
  if (digits == std::string_view::npos) return {};
  const auto count = parse_integer(text.substr(0, digits));
  const std::string_view unit = text.substr(digits);
  const i64 scale = unit == "ns"   ? 1
                    : unit == "us" ? 1'000
                    : unit == "ms" ? 1'000'000
                    : unit == "s"  ? kNanosPerSecond
                    : unit == "m"  ? 60 * kNanosPerSecond
                    : unit == "h"  ? 3600 * kNanosPerSecond
                                   : 0;
  i64 value = 0;
  if (!count || *count <= 0 || scale == 0 || __builtin_mul_overflow(*count, scale, &value))
    return {};
  return Nanos{value};
}

std::optional<u64> parse_count(std::string_view text) {
  i64 scale = 1;
  if (!text.empty()) {
    const char unit = text.back();
    scale = unit == 'k' ? 1'000 : unit == 'M' ? 1'000'000 : unit == 'G' ? 1'000'000'000 : 1;
    if (scale != 1) text.remove_suffix(1);
  }
  // A price has nine decimals, as many as the largest unit has zeros.
  const auto number = parse_price(text);
  i64 product = 0;
  if (!number || __builtin_mul_overflow(number->value, scale, &product)) return {};
  if (product <= 0 || product % kPriceUnitsPerOne != 0) return {};
  return static_cast<u64>(product / kPriceUnitsPerOne);
}

std::string grouped(u64 number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string bytes_for_people(u64 bytes) {
  constexpr std::array<const char*, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
  return text.data();
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

std::string with_decimals(double value, int decimals) {
  std::array<char, 400> text{};  // the largest double has 309 digits
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string hex16(u64 value) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

namespace {

std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row.back();
}

std::string in_lower_case(std::string_view text) {
  std::string lower{text};
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  std::optional<std::string> best;
  // Two edits, which is what letters that changed places are, one in a short word, or a third of a
  // long one: further away it is another word, not a slip.
  constexpr std::size_t kShort = 4;
  std::size_t least = (word.size() < kShort ? 1 : std::max<std::size_t>(2, word.size() / 3)) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t edits = edits_between(in_lower_case(word), in_lower_case(candidate));
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

std::string printable(std::string_view text) {
  std::string shown{text};
  std::ranges::replace_if(
      shown, [](char c) { return c < 0x20 || c > 0x7E; }, '?');
  return shown;
}

namespace {

struct Utf8 {
  u32 code = 0;
  std::size_t size = 0;  // 0: it is none
};

// The character that the text begins with (RFC 3629).
Utf8 first_character(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<u8>(text[at]); };
  const u8 lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
  u32 code = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  constexpr std::array<u32, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code < kLeast[size] || code > 0x10FFFF || is_surrogate ? Utf8{} : Utf8{code, size};
}

// Control characters of ASCII and of ISO 6429, and those of Unicode's bidirectional algorithm.
bool steers_terminal(u32 code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0x200E ||
         code == 0x200F || (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

std::string escaped(const char* format, u32 code) {
  std::array<char, 16> text{};
  // Both formats are literals of this file.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  std::snprintf(text.data(), text.size(), format, code);
#pragma GCC diagnostic pop
  return text.data();
}

}  // namespace

std::string harmless(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const Utf8 next = first_character(text);
    const std::size_t size = std::max<std::size_t>(next.size, 1);
    if (next.size == 0) {
      shown += escaped("\\x%02x", static_cast<u8>(text[0]));
    } else if (steers_terminal(next.code)) {
      shown += escaped(next.code < 0x100 ? "\\x%02x" : "\\u%04x", next.code);
    } else {
      shown += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return shown;
}

std::string left_aligned(std::string_view text, std::size_t width) {
  return std::string{text} + std::string(width - std::min(width, text.size()), ' ');
}

std::string right_aligned(std::string_view text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + std::string{text};
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

}  // namespace tapedeck
