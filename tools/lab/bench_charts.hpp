// The charts of a benchmark's page, each with a legend or a note on how to read it. Pure functions.
#pragma once

#include <string>

#include "tools/lab/load_bench.hpp"
#include "tools/lab/saturation_report.hpp"

namespace tapedeck::tools {

/// Draws one curve per measured latency span, and one for the gaps that a spinning thread saw
/// without any load.
[[nodiscard]] std::string percentile_chart(const LoadConditions& conditions,
                                           const LatencyFigures& run);
/// Draws the span `due_to_book` over the time of the run.
[[nodiscard]] std::string heat_chart(const latency::LatencyTimeline& timeline);
/// Draws the latency by offered load, with the limit and the knee. `found` has at least one step.
[[nodiscard]] std::string knee_chart(const Saturation& found);

}  // namespace tapedeck::tools
