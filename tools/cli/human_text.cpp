#include "tools/cli/human_text.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "engine/core/decimal.hpp"
#include "engine/core/units.hpp"

namespace tapedeck::tools {

std::string price_for_people(Price price) {
  if (price == kNoPrice) return "-";
  std::string text = decimal(price);
  const auto point = text.find('.');
  const std::size_t decimals = point == std::string::npos ? 0 : text.size() - point - 1;
  if (decimals == 0) text += '.';
  if (decimals < 2) text.append(2 - decimals, '0');
  return text;
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

std::string grouped_rate(double per_s) {
  constexpr double kWhole = 100;
  return per_s < kWhole ? with_decimals(per_s, 2) : grouped(static_cast<u64>(std::llround(per_s)));
}

}  // namespace tapedeck::tools
