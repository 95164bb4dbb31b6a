// Renders the results of a benchmark under load as one HTML page. The page loads no other files and
// contains no scripts.
#pragma once

#include <string>

#include "tools/lab/latency_report.hpp"
#include "tools/lab/saturation_report.hpp"

namespace tapedeck::tools {

/// Returns a page with the headline figures, the percentiles of each latency span, the latency over
/// time, the machine and the command.
[[nodiscard]] std::string page_of(const LatencyResults& results);
/// Returns a page with the knee and all steps of the search. Then come the parts of a latency page,
/// for the fastest load within the limit, or for the slowest load if none was within it.
[[nodiscard]] std::string page_of(const SaturationResults& results);

}  // namespace tapedeck::tools
