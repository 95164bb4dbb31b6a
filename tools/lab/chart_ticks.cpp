#include "tools/lab/chart_ticks.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/core/decimal.hpp"
#include "tools/lab/saturation_report.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::array<double, 3> kTickDigits{1, 2, 5};
constexpr double kRounding = 1e-9;

struct TimeUnit {
  const char* name;
  i64 nanoseconds;
};
constexpr std::array<TimeUnit, 4> kTimeUnits{
    {{"s", kNanosPerSecond}, {"ms", 1'000'000}, {"us", 1'000}, {"ns", 1}}};

// The largest unit of which the time has at least one.
const TimeUnit& unit_of(Nanos time) {
  const auto at = std::ranges::find_if(
      kTimeUnits, [&](const TimeUnit& unit) { return time.value >= unit.nanoseconds; });
  return at == kTimeUnits.end() ? kTimeUnits.back() : *at;
}

// Without zeros at the end of the decimals.
std::string text_in(Nanos time, const TimeUnit& unit) {
  constexpr int kDecimals = 9;
  std::string text = with_decimals(
      static_cast<double>(time.value) / static_cast<double>(unit.nanoseconds), kDecimals);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + " " + unit.name;
}

struct RoundValue {
  double value;
  bool power;  // of ten
};

std::vector<RoundValue> round_values(const LogScale& scale) {
  std::vector<RoundValue> values;
  const auto first = static_cast<int>(std::floor(std::log10(std::max(scale.low, 1.0))));
  const auto last = static_cast<int>(std::log10(std::max(scale.high, 1.0) * (1 + kRounding)));
  for (int exponent = first; exponent <= last; ++exponent) {
    for (const double digit : kTickDigits) {
      const double value = digit * std::pow(10, exponent);
      if (value < scale.low * (1 - kRounding) || value > scale.high * (1 + kRounding)) continue;
      values.push_back({value, digit == 1});
    }
  }
  return values;
}

bool has_few_powers(const std::vector<RoundValue>& values) {
  return std::ranges::count_if(values, &RoundValue::power) < 3;
}

}  // namespace

std::string tick_time(Nanos time) {
  return text_in(time, unit_of(time));
}

std::vector<ChartTick> time_ticks(const LogScale& nanoseconds) {
  const std::vector<RoundValue> values = round_values(nanoseconds);
  const bool all = has_few_powers(values);
  std::vector<ChartTick> ticks;
  ticks.reserve(values.size());
  for (const auto& [value, power] : values) {
    ticks.push_back(
        {nanoseconds.at(value), all || power ? tick_time({std::llround(value)}) : std::string{}});
  }
  return ticks;
}

std::vector<ChartTick> rate_ticks(const LogScale& per_s, double apart) {
  const std::vector<RoundValue> values = round_values(per_s);
  const bool all = has_few_powers(values);
  std::vector<ChartTick> ticks;
  ticks.reserve(values.size());
  double last = -1;
  for (const auto& [value, power] : values) {
    const double at = per_s.at(value);
    const bool named = (all || power) && at - last >= apart;
    ticks.push_back({at, named ? rate_for_people(value) : std::string{}});
    if (named) last = at;
  }
  return ticks;
}

std::vector<ChartTick> elapsed_ticks(Nanos whole) {
  if (whole.value <= 0) return {};
  constexpr double kMostSteps = 10;
  const auto length = static_cast<double>(whole.value);
  // The smallest round step that makes no more than kMostSteps; a step is at least 1 ns.
  const double power = std::pow(10, std::floor(std::log10(std::max(length / kMostSteps, 1.0))));
  double step = 10 * power;
  for (const double digit : {5.0, 2.0, 1.0}) {
    if (length / (digit * power) <= kMostSteps * (1 + kRounding)) step = digit * power;
  }
  const TimeUnit& unit = unit_of(whole);
  std::vector<ChartTick> ticks;
  for (int i = 0; i * step <= length * (1 + kRounding); ++i) {
    const double value = i * step;
    ticks.push_back(
        {value / length, i == 0 ? std::string{"0"} : text_in({std::llround(value)}, unit)});
  }
  return ticks;
}

LogScale rounded_out(LogScale scale) {
  const auto below = [](double value) {
    const double power = std::pow(10, std::floor(std::log10(value)));
    double best = power;
    for (const double digit : kTickDigits) {
      if (digit * power <= value) best = digit * power;
    }
    return best;
  };
  const double low = below(std::max(scale.low, 1.0));
  double high = low;
  while (high < scale.high) {
    // From 1, 2 or 5 of a power to the next of them.
    const double power = std::pow(10, std::floor(std::log10(high * 1.001)));
    high = high < 1.5 * power ? 2 * power : high < 3 * power ? 5 * power : 10 * power;
  }
  return {low, high};
}

}  // namespace tapedeck::tools
