// Reports a comparison of two latency results, for people and for programs.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "tools/lab/latency_comparison.hpp"

namespace tapedeck::tools {

/// Returns the verdict as a sentence, then one row per percentile of a stage, then other
/// differences.
[[nodiscard]] std::string table_of(const LatencyComparison& comparison);
/// Returns the same as Markdown, for a page or a comment.
[[nodiscard]] std::string markdown_of(const LatencyComparison& comparison);
/// Times are in nanoseconds. `stages` is empty when a run is invalid.
[[nodiscard]] nlohmann::ordered_json json_of(const LatencyComparison& comparison);

}  // namespace tapedeck::tools
