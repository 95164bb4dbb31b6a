// What every benchmark under load says in the same words: percentiles as rows, and the conditions.
// Pure functions.
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
/// A name, the percentiles, max and count: what they are called, and what they are.
[[nodiscard]] std::vector<std::string> percentile_headings(std::string_view first);
[[nodiscard]] std::vector<std::string> percentile_cells(std::string_view name,
                                                        const Histogram& histogram);
/// The same as the heading of a table, and a row of it.
[[nodiscard]] std::string percentile_heading(std::string_view first);
[[nodiscard]] std::string percentile_row(std::string_view name, const Histogram& histogram);
/// A row that has no figures, and the reason.
[[nodiscard]] std::string row_without_figures(std::string_view name, std::string_view why);
/// The gaps that a bare loop met, a row a core, before and after.
[[nodiscard]] std::string noise_table(const LoadConditions& conditions);

/// Figures that are none, in capitals; else empty.
[[nodiscard]] std::string unfit_text(const LoadConditions& conditions);
[[nodiscard]] std::string threads_text(const LoadConditions& conditions, const Placements& threads);
[[nodiscard]] std::string clock_text(const LoadConditions& conditions);
/// Threads, hop, what `after_hop` adds in lines of its own, clock, machine, source.
[[nodiscard]] std::string conditions_text(const LoadConditions& conditions,
                                          const Placements& threads, const std::string& after_hop);
/// hop_*, noise_*, sample_every, load, source, shards, wait, threads, clock, machine, command: to
/// be merged into an object.
[[nodiscard]] nlohmann::ordered_json conditions_json(const LoadConditions& conditions,
                                                     const Placements& threads);

}  // namespace tapedeck::tools
