#include "engine/core/units.hpp"

#include <algorithm>
#include <array>

#include "engine/core/decimal.hpp"

namespace tapedeck {

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

std::string grouped(u64 number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
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
