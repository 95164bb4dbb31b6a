// A throughput benchmark as a table for people and as JSON for programs. Pure functions.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "tools/lab/throughput_results.hpp"

namespace tapedeck::tools {

/// What makes the figures invalid, or no figures at all, is its first line.
[[nodiscard]] std::string table_of(const ThroughputResults& results);
[[nodiscard]] nlohmann::ordered_json json_of(const ThroughputResults& results);

}  // namespace tapedeck::tools
