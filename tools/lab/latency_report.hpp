// A latency benchmark's results, for people and for programs.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "tools/lab/latency_figures.hpp"
#include "tools/lab/load_bench.hpp"

namespace tapedeck::tools {

struct LatencyResults : LoadConditions {
  LatencyFigures run;
};

/// The verdict first, if it is a bad one; then a span a row.
[[nodiscard]] std::string table_of(const LatencyResults& results);
/// Times in nanoseconds. `stages` holds a span each, `windows` within it the span's percentiles by
/// window of time, or null where it was not measured: then `stages_why_none` says why.
[[nodiscard]] nlohmann::ordered_json json_of(const LatencyResults& results);

}  // namespace tapedeck::tools
