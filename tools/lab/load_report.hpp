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

/// "due to book"
[[nodiscard]] std::string name_for_people(latency::LatencySpan span);
/// The columns name, percentiles, max and count: their headings, and their values.
[[nodiscard]] std::vector<std::string> percentile_headings(std::string_view first);
[[nodiscard]] std::vector<std::string> percentile_cells(std::string_view name,
                                                        const Histogram& histogram);
/// The same as text: the heading of a table, and one row.
[[nodiscard]] std::string percentile_heading(std::string_view first);
[[nodiscard]] std::string percentile_row(std::string_view name, const Histogram& histogram);
/// A row without figures, with the reason.
[[nodiscard]] std::string row_without_figures(std::string_view name, std::string_view why);
/// The gaps that a bare loop measured, one row per core, before and after.
[[nodiscard]] std::string noise_table(const LoadConditions& conditions);

/// A warning in capitals if the build is unfit for figures; else empty.
[[nodiscard]] std::string unfit_text(const LoadConditions& conditions);
[[nodiscard]] std::string threads_text(const LoadConditions& conditions, const Placements& threads);
[[nodiscard]] std::string clock_text(const LoadConditions& conditions);
/// Threads, hop, the lines of `after_hop`, clock, machine, source.
[[nodiscard]] std::string conditions_text(const LoadConditions& conditions,
                                          const Placements& threads, const std::string& after_hop);
/// hop_*, noise_*, sample_every, load, source, shards, wait, threads, clock, machine, command: to
/// be merged into an object.
[[nodiscard]] nlohmann::ordered_json conditions_json(const LoadConditions& conditions,
                                                     const Placements& threads);

}  // namespace tapedeck::tools
