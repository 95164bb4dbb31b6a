// Reports a latency benchmark's results, for people and for programs.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "tools/lab/latency_figures.hpp"
#include "tools/lab/load_bench.hpp"

namespace tapedeck::tools {

struct LatencyResults : LoadConditions {
  LatencyFigures run;
};

/// Returns why the results are not valid; empty if they are. That others had the cores is said
/// first.
[[nodiscard]] std::string why_invalid(const LatencyResults& results);
/// Returns a table with one row per span. If the figures are invalid, the first lines say why.
[[nodiscard]] std::string table_of(const LatencyResults& results);
/// Returns the results, with times in nanoseconds. `stages` has one entry per span. In an entry,
/// `windows` holds the span's percentiles for each window of time. The entry is null if the span
/// was not measured; `stages_why_none` then holds the reason.
[[nodiscard]] nlohmann::ordered_json json_of(const LatencyResults& results);

}  // namespace tapedeck::tools
