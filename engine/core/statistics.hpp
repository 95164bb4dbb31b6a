// Statistics of repeated measurements: the median and its confidence interval. Cold paths only.
#pragma once

#include <span>

#include "engine/core/types.hpp"

namespace tapedeck {

/// Returns the middle value, or the mean of the middle two; 0 for no values.
[[nodiscard]] double median_of(std::span<const double> values);

/// A median and the interval that contains the medians of 90 % of the resamples.
struct MedianEstimate {
  double median = 0, low = 0, high = 0;
};

/// The parameters of estimate_median(). The seed is fixed, so that equal values give equal
/// intervals on every machine.
inline constexpr u32 kBootstrapResamples = 2000;
inline constexpr double kBootstrapConfidence = 0.9;
inline constexpr u64 kBootstrapSeed = 20260101;

/// Returns the median, and its 90 % interval by the percentile bootstrap. Each resample draws
/// values.size() values with replacement. The lowest 5 % and the highest 5 % of the resamples'
/// medians lie outside the interval. Returns zeros if `values` is empty.
[[nodiscard]] MedianEstimate estimate_median(std::span<const double> values);

}  // namespace tapedeck
