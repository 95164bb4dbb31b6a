// Returns the charts of a benchmark's HTML page. Pure functions.
#pragma once

#include <string>

#include "tools/lab/load_bench.hpp"
#include "tools/lab/saturation_report.hpp"

namespace tapedeck::tools {

/// Draws one curve of percentiles for each measured latency span, and one for the interruptions of
/// a spinning thread, which were measured without any load. Has a legend.
[[nodiscard]] std::string percentile_chart(const LoadConditions& conditions,
                                           const LatencyFigures& run);
/// Draws the latencies of the span `due_to_book` over the time of the run, with a note on how to
/// read the chart.
[[nodiscard]] std::string heat_chart(const latency::LatencyTimeline& timeline);
/// Draws the latency against the offered load, with the latency limit, the knee (the rate from
/// which waiting dominates) and a legend. `found` must have at least one step.
[[nodiscard]] std::string knee_chart(const Saturation& found);

}  // namespace tapedeck::tools
