#include "engine/core/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/core/random.hpp"

namespace tapedeck {
namespace {

double median_of_sorted(const std::vector<double>& sorted) {
  if (sorted.empty()) return 0;
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// Returns the value that a `fraction` of all values do not exceed, interpolated between two
// neighbours.
double quantile_of_sorted(const std::vector<double>& sorted, double fraction) {
  const double at = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(at));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], at - std::floor(at));
}

}  // namespace

double median_of(std::span<const double> values) {
  std::vector<double> sorted{values.begin(), values.end()};
  std::ranges::sort(sorted);
  return median_of_sorted(sorted);
}

MedianEstimate estimate_median(std::span<const double> values) {
  if (values.empty()) return {};
  Random random{kBootstrapSeed};
  std::vector<double> medians(kBootstrapResamples);
  std::vector<double> draw(values.size());
  for (double& median : medians) {
    std::ranges::generate(draw, [&] { return values[random.below(values.size())]; });
    std::ranges::sort(draw);
    median = median_of_sorted(draw);
  }
  std::ranges::sort(medians);
  constexpr double kTail = (1 - kBootstrapConfidence) / 2;
  return {median_of(values), quantile_of_sorted(medians, kTail),
          quantile_of_sorted(medians, 1 - kTail)};
}

}  // namespace tapedeck
