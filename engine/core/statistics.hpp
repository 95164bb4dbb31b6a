// Statistics of repeated measurements: the median and its confidence interval. Cold paths only.
#pragma once

#include <span>

#include "engine/core/types.hpp"

namespace tapedeck {

/// Returns the middle value, or the mean of the middle two; 0 for no values.
[[nodiscard]] double median_of(std::span<const double> values);

/// A median, and the interval that holds the medians of nine in ten resamples.
struct MedianEstimate {
  double median = 0, low = 0, high = 0;
};

/// How estimate_median() resamples: the same seed gives the same interval everywhere.
inline constexpr u32 kBootstrapResamples = 2000;
inline constexpr double kBootstrapConfidence = 0.9;
inline constexpr u64 kBootstrapSeed = 20260101;

/// Estimates the median, and its 90 % interval by the percentile bootstrap: each resample draws as
/// many values as there are, with replacement, and the outermost twentieths of the resamples'
/// medians are cut off. All zeros for no values.
[[nodiscard]] MedianEstimate estimate_median(std::span<const double> values);

}  // namespace tapedeck
