// How much a figure varies within one run of a benchmark: over its windows of time, or its rounds.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

namespace tapedeck::tools {

/// A spread needs at least this many values.
inline constexpr std::size_t kFewestInSpread = 5;

/// The range of the middle 90 % of a figure's values.
template <class T>
struct RunSpread {
  T low, high;
};

/// Sorts the values and removes a twentieth of them, rounded down, at each end. Returns the lowest
/// and the highest of the remaining values: of twenty values, the second and the nineteenth.
/// Returns empty for fewer than kFewestInSpread values.
template <class T>
[[nodiscard]] std::optional<RunSpread<T>> run_spread(std::vector<T> values) {
  if (values.size() < kFewestInSpread) return {};
  std::ranges::sort(values);
  const std::size_t outside = values.size() / 20;
  return RunSpread<T>{values[outside], values[values.size() - 1 - outside]};
}

}  // namespace tapedeck::tools
