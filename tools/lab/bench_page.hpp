// Renders a benchmark under load as one HTML page that loads nothing and contains no scripts.
#pragma once

#include <string>

#include "tools/lab/latency_report.hpp"
#include "tools/lab/saturation_report.hpp"

namespace tapedeck::tools {

/// Returns a page with the headline, percentiles by stage, latency over time, the machine and the
/// command.
[[nodiscard]] std::string page_of(const LatencyResults& results);
/// Returns a page with the knee, and then the same parts for the fastest load within the limit.
[[nodiscard]] std::string page_of(const SaturationResults& results);

}  // namespace tapedeck::tools
