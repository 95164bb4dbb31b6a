// What repeated measurements come to: the median, and how far it can be trusted. Cold paths only.
#pragma once

#include <span>

#include "engine/core/types.hpp"

namespace tapedeck {

/// The middle one, or the mean of the middle two; 0 of nothing.
[[nodiscard]] double median_of(std::span<const double> values);

/// A median, and the interval in which it lay in all but a tenth of the resamples.
struct MedianEstimate {
  double median = 0, low = 0, high = 0;
};

/// How estimate_median() resamples: the same seed gives the same interval everywhere.
inline constexpr u32 kBootstrapResamples = 2000;
inline constexpr double kBootstrapConfidence = 0.9;
inline constexpr u64 kBootstrapSeed = 20260101;

/// The 90 % interval by the percentile bootstrap: values are drawn with replacement, as many as
/// there are, and of the medians of all draws the outermost twentieths are cut off. Of nothing, all
/// zeros.
[[nodiscard]] MedianEstimate estimate_median(std::span<const double> values);

}  // namespace tapedeck
