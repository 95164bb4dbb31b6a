// A benchmark under load as one page for a browser: nothing is fetched, nothing runs in it.
#pragma once

#include <string>

#include "tools/lab/latency_report.hpp"
#include "tools/lab/saturation_report.hpp"

namespace tapedeck::tools {

/// The headline, percentiles by stage, latency over time, the machine, the command.
[[nodiscard]] std::string page_of(const LatencyResults& results);
/// The knee before all that, which is then of the fastest load within the limit.
[[nodiscard]] std::string page_of(const SaturationResults& results);

}  // namespace tapedeck::tools
