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

/// Returns why the results are not valid; empty if they are. If others had the cores, that is all
/// that it says, because rates of such cores are no advice.
[[nodiscard]] std::string why_invalid(const SaturationResults& results);
/// Formats messages per second: "100k", "1.25M".
[[nodiscard]] std::string rate_for_people(double per_s);
/// The headings of the table of steps, without the column for the verdict. step_cells() returns the
/// row of one step.
inline constexpr std::array<std::string_view, 11> kStepHeadings{
    "offered/s", "achieved/s", "timed",  "p50",     "p90", "p99",
    "p99.9",     "max",        "queued", "at most", "runs"};
[[nodiscard]] std::array<std::string, kStepHeadings.size()> step_cells(const LoadStep& step);
/// Returns the verdict on a step in a few words, like "not kept up"; an empty text for a good step.
[[nodiscard]] std::string verdict_of(const LoadStep& step, const Saturation& found);
/// knee_text() returns a sentence about the knee, the rate from which waiting dominates.
/// capacity_text() returns a sentence about the highest rate that the engine kept up with.
[[nodiscard]] std::string knee_text(const Saturation& found);
[[nodiscard]] std::string capacity_text(const Saturation& found);

/// Returns the knee, a table with one row per step, a plot of the steps, and the conditions of the
/// measurement.
[[nodiscard]] std::string table_of(const SaturationResults& results);
/// Returns the results, with times in nanoseconds and rates in messages per second.
[[nodiscard]] nlohmann::ordered_json json_of(const SaturationResults& results);

}  // namespace tapedeck::tools
