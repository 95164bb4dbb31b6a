// Renders a benchmark under load as one HTML page that loads nothing and contains no scripts.
#pragma once

#include <string>

#include "tools/lab/latency_report.hpp"
#include "tools/lab/saturation_report.hpp"

namespace tapedeck::tools {

/// The page has the headline, percentiles by stage, latency over time, the machine, the command.
[[nodiscard]] std::string page_of(const LatencyResults& results);
/// The same page for the fastest load within the limit, with the knee first.
[[nodiscard]] std::string page_of(const SaturationResults& results);

}  // namespace tapedeck::tools
