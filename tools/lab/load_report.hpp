// The parts of a report that all benchmarks under load share: percentiles as rows, and the
// conditions. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/core/histogram.hpp"
#include "tools/lab/load_bench.hpp"
#include "tools/run/machine_json.hpp"

namespace tapedeck::tools {

/// Returns the name of a span in words: "due to book".
[[nodiscard]] std::string name_for_people(latency::LatencySpan span);
/// Return the headings, and the values of a row, for the columns name, percentiles, max and count.
[[nodiscard]] std::vector<std::string> percentile_headings(std::string_view first);
[[nodiscard]] std::vector<std::string> percentile_cells(std::string_view name,
                                                        const Histogram& histogram);
/// Return the same headings and the same values, each as one line of text.
[[nodiscard]] std::string percentile_heading(std::string_view first);
[[nodiscard]] std::string percentile_row(std::string_view name, const Histogram& histogram);
/// Returns a row that has the reason `why` instead of figures.
[[nodiscard]] std::string row_without_figures(std::string_view name, std::string_view why);
/// Returns the gaps that a bare loop measured before and after the runs, one row per core.
[[nodiscard]] std::string noise_table(const LoadConditions& conditions);

/// Returns a warning in capitals if the build is unfit for figures; else an empty text.
[[nodiscard]] std::string unfit_text(const LoadConditions& conditions);
[[nodiscard]] std::string threads_text(const LoadConditions& conditions, const Placements& threads);
[[nodiscard]] std::string clock_text(const LoadConditions& conditions);
/// Returns the lines on threads, core hop, clock, machine and source. Inserts the lines of
/// `after_hop` after the line on the core hop.
[[nodiscard]] std::string conditions_text(const LoadConditions& conditions,
                                          const Placements& threads, const std::string& after_hop);
/// Returns an object with hop_*, noise_*, sample_every, load, source, shards, wait, threads, clock,
/// machine and command, to be merged into a benchmark's results.
[[nodiscard]] nlohmann::ordered_json conditions_json(const LoadConditions& conditions,
                                                     const Placements& threads);

}  // namespace tapedeck::tools
