// A throughput benchmark as a table for people and as JSON for programs. Pure functions.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "tools/lab/throughput_results.hpp"

namespace tapedeck::tools {

/// The first line says what makes the figures invalid, or that the build is unfit for figures.
[[nodiscard]] std::string table_of(const ThroughputResults& results);
[[nodiscard]] nlohmann::ordered_json json_of(const ThroughputResults& results);

}  // namespace tapedeck::tools
