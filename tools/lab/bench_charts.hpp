// The charts of a benchmark's page, each with its legend or a word on how to read it. Pure
// functions.
#pragma once

#include <string>

#include "tools/lab/load_bench.hpp"
#include "tools/lab/saturation_report.hpp"

namespace tapedeck::tools {

/// A curve a stage that was measured, and one of the machine alone.
[[nodiscard]] std::string percentile_chart(const LoadConditions& conditions,
                                           const LatencyFigures& run);
/// Latency from due to book over the time of the run.
[[nodiscard]] std::string heat_chart(const latency::LatencyTimeline& timeline);
/// Latency by offered load, with the limit and the knee; of one step at least.
[[nodiscard]] std::string knee_chart(const Saturation& found);

}  // namespace tapedeck::tools
