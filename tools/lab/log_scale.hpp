// Places a value on a logarithmic axis, for plots of every kind.
#pragma once

#include <algorithm>
#include <cmath>

namespace tapedeck::tools {

/// An axis from `low` to `high`, both above zero. If they are equal, every value lies in the
/// middle.
struct LogScale {
  double low = 1, high = 1;

  /// Returns 0 at `low` and 1 at `high`; values beyond are clamped to the nearest end.
  [[nodiscard]] double at(double value) const {
    if (!(high > low)) return 0.5;
    const double share = std::log(std::max(value, low) / low) / std::log(high / low);
    return std::clamp(share, 0.0, 1.0);
  }
  /// Returns the value at a position; the inverse of at().
  [[nodiscard]] double value_at(double share) const { return low * std::pow(high / low, share); }
};

}  // namespace tapedeck::tools
