// Where a value lies on a logarithmic axis, for plots of every kind.
#pragma once

#include <algorithm>
#include <cmath>

namespace tapedeck::tools {

/// From `low` to `high`, both above zero; equal ones make an axis of one point, its middle.
struct LogScale {
  double low = 1, high = 1;

  /// 0 at `low`, 1 at `high`; what lies beyond counts as the nearest end.
  [[nodiscard]] double at(double value) const {
    if (!(high > low)) return 0.5;
    const double share = std::log(std::max(value, low) / low) / std::log(high / low);
    return std::clamp(share, 0.0, 1.0);
  }
  /// The other way round.
  [[nodiscard]] double value_at(double share) const { return low * std::pow(high / low, share); }
};

}  // namespace tapedeck::tools
