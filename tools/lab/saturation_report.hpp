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
/// The columns of a table of steps, beside the verdict, and their headings.
inline constexpr std::array<std::string_view, 11> kStepHeadings{
    "offered/s", "achieved/s", "timed",  "p50",     "p90", "p99",
    "p99.9",     "max",        "queued", "at most", "runs"};
[[nodiscard]] std::array<std::string, kStepHeadings.size()> step_cells(const LoadStep& step);
/// The verdict on a step in a word or two: "" if all was well, "not kept up".
[[nodiscard]] std::string verdict_of(const LoadStep& step, const Saturation& found);
/// One sentence on the knee, and one on the fastest load that was kept up with.
[[nodiscard]] std::string knee_text(const Saturation& found);
[[nodiscard]] std::string capacity_text(const Saturation& found);

/// The knee first, then one row per step, then the same as a plot.
[[nodiscard]] std::string table_of(const SaturationResults& results);
/// Times in nanoseconds, rates in messages per second.
[[nodiscard]] nlohmann::ordered_json json_of(const SaturationResults& results);

}  // namespace tapedeck::tools
