// A throughput benchmark as a table for people and as JSON for programs. Pure functions.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "tools/lab/throughput_results.hpp"

namespace tapedeck::tools {

/// Returns the table. If the figures are invalid or the build is unfit for figures, the first line
/// says so.
[[nodiscard]] std::string table_of(const ThroughputResults& results);
[[nodiscard]] nlohmann::ordered_json json_of(const ThroughputResults& results);

}  // namespace tapedeck::tools
