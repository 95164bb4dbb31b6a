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

/// A bad verdict first, then one row per span.
[[nodiscard]] std::string table_of(const LatencyResults& results);
/// Times in nanoseconds. `stages` has one entry per span, with the span's percentiles by window of
/// time in `windows`. The entry is null if the span was not measured, for the reason in
/// `stages_why_none`.
[[nodiscard]] nlohmann::ordered_json json_of(const LatencyResults& results);

}  // namespace tapedeck::tools
