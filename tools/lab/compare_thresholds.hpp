// How much two results must differ before the difference counts. Pure functions; any thread.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "tools/lab/saved_latency.hpp"

namespace tapedeck::tools {

/// A difference counts if the larger value is at least (1 + threshold) times the smaller one.
struct CompareThresholds {
  /// Runs of one program differ by this much where nothing but the process has changed: by where
  /// its memory and its threads lie.
  std::array<double, kComparedPercentiles> latency{0.25, 0.25, 0.25, 0.25};  // by kPercentiles
  double throughput = 0.1;
};

/// Parses the values of --threshold: "15%" for all, "p50=10%" for one percentile. Later ones
/// precede. Throws UsageError.
[[nodiscard]] CompareThresholds thresholds_of(const std::vector<std::string>& given);
/// Returns true if `b` differs from `a`, both above 0, by the threshold or more.
[[nodiscard]] bool is_beyond(double a, double b, double threshold);

}  // namespace tapedeck::tools
