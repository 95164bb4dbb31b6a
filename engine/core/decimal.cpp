#include "engine/core/decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <limits>

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
  std::array<char, 9> digits{};
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, fraction /= 10) {
    *digit = static_cast<char>('0' + fraction % 10);
  }
  const std::string_view tail{digits.data(), digits.size()};
  return text.append(".").append(tail.substr(0, tail.find_last_not_of('0') + 1));
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

std::optional<i64> parse_integer(std::string_view text) {
  i64 value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
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

}  // namespace tapedeck
