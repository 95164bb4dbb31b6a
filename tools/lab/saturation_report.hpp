// Reports the load that an engine sustains, for people and for programs. Pure functions.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "tools/lab/load_bench.hpp"
#include "tools/lab/saturation.hpp"

namespace tapedeck::tools {

struct SaturationResults : LoadConditions {
  Saturation found;
};

/// Formats messages per second: "100k", "1.25M".
[[nodiscard]] std::string rate_for_people(double per_s);
/// The headings of a table of steps, without the verdict's column. step_cells() returns a step's
/// row.
inline constexpr std::array<std::string_view, 11> kStepHeadings{
    "offered/s", "achieved/s", "timed",  "p50",     "p90", "p99",
    "p99.9",     "max",        "queued", "at most", "runs"};
[[nodiscard]] std::array<std::string, kStepHeadings.size()> step_cells(const LoadStep& step);
/// Returns the verdict on a step in a word or two, like "not kept up"; "" if all was well.
[[nodiscard]] std::string verdict_of(const LoadStep& step, const Saturation& found);
/// Return one sentence on the knee, and one on the fastest load that was kept up with.
[[nodiscard]] std::string knee_text(const Saturation& found);
[[nodiscard]] std::string capacity_text(const Saturation& found);

/// Returns the knee, then one row per step, then the steps as a plot, then the conditions.
[[nodiscard]] std::string table_of(const SaturationResults& results);
/// Times are in nanoseconds, rates in messages per second.
[[nodiscard]] nlohmann::ordered_json json_of(const SaturationResults& results);

}  // namespace tapedeck::tools
