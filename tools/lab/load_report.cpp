#include "tools/lab/load_report.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/shown_time.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kNameWidth = 20;
constexpr std::size_t kTimeWidth = 10;
constexpr std::size_t kCountWidth = 12;

// Names, times, and a count at the end.
std::string aligned_row(const std::vector<std::string>& cells) {
  std::string text = "  " + left_aligned(cells.front(), kNameWidth);
  for (std::size_t i = 1; i + 1 < cells.size(); ++i) text += right_aligned(cells[i], kTimeWidth);
  return text + right_aligned(cells.back(), kCountWidth) + "\n";
}

ordered_json json_of_clock(const LoadConditions& conditions) {
  const system::ClockOffset& offset = conditions.clock_offset;
  return {
      {"name", conditions.clock},
      {"why", conditions.clock_why.empty() ? ordered_json() : ordered_json(conditions.clock_why)},
      {"offset_ns", offset.offset ? ordered_json(offset.offset->value) : ordered_json()},
      {"offset_within_ns", offset.within.value}};
}

}  // namespace

std::string name_for_people(latency::LatencySpan span) {
  std::string name{latency::kLatencySpanNames[static_cast<std::size_t>(span)]};
  std::ranges::replace(name, '_', ' ');
  return name;
}

std::vector<std::string> percentile_headings(std::string_view first) {
  std::vector<std::string> headings{std::string{first}};
  for (const auto& percentile : kPercentiles) headings.emplace_back(percentile.name);
  headings.insert(headings.end(), {"max", "count"});
  return headings;
}

std::vector<std::string> percentile_cells(std::string_view name, const Histogram& histogram) {
  std::vector<std::string> cells{std::string{name}};
  for (const auto& percentile : kPercentiles) {
    cells.push_back(duration_for_people(histogram.quantile(percentile.fraction)));
  }
  cells.push_back(duration_for_people(histogram.max()));
  cells.push_back(grouped(histogram.count()));
  return cells;
}

std::string percentile_heading(std::string_view first) {
  return aligned_row(percentile_headings(first));
}

std::string percentile_row(std::string_view name, const Histogram& histogram) {
  return aligned_row(percentile_cells(name, histogram));
}

std::string row_without_figures(std::string_view name, std::string_view why) {
  return "  " + left_aligned(name, kNameWidth) + "  not measured: " + std::string{why} + "\n";
}

std::string noise_table(const LoadConditions& conditions) {
  std::string text = percentile_heading("the machine alone");
  const auto add = [&](const char* when, const std::vector<system::CoreNoise>& noise) {
    for (const system::CoreNoise& core : noise) {
      const std::string name = "core " + std::to_string(core.core) + " " + when;
      text += core.noise ? percentile_row(name, core.noise->gaps)
                         : row_without_figures(name, core.why_none);
    }
  };
  add("before", conditions.noise_before);
  add("after", conditions.noise_after);
  return text;
}

std::string unfit_text(const LoadConditions& conditions) {
  if (conditions.machine.fit_for_figures()) return {};
  return "NO FIGURES: this is a " + system::build_kind(conditions.machine) +
         " build; take build/release\n";
}

std::string threads_text(const LoadConditions& conditions, const Placements& threads) {
  std::string text;
  for (const auto& [thread, where] : threads) {
    text.append(text.empty() ? "" : ", ").append(thread).append(" on ").append(where);
  }
  return text + "; --wait " + conditions.wait;
}

std::string clock_text(const LoadConditions& conditions) {
  std::string text = conditions.clock;
  if (conditions.clock_offset.offset) {
    text += ", the two cores' looks at it " +
            std::to_string(conditions.clock_offset.offset->value) + " ns apart, to within " +
            std::to_string(conditions.clock_offset.within.value);
  } else {
    text += ", not compared between cores: " + conditions.clock_offset.why_none;
  }
  if (!conditions.clock_why.empty()) text += "; " + conditions.clock_why;
  return text;
}

std::string conditions_text(const LoadConditions& conditions, const Placements& threads,
                            const std::string& after_hop) {
  std::string text;
  text += "  threads     " + threads_text(conditions, threads) + "\n";
  text += "  hop         " + hop_text(conditions.hops) + "\n" + after_hop;
  text += "  clock       " + clock_text(conditions) + "\n";
  text += "  machine     " + system::describe(conditions.machine) + "\n";
  text += "  source      " + conditions.source + "\n";
  return text;
}

ordered_json conditions_json(const LoadConditions& conditions, const Placements& threads) {
  ordered_json json = hop_json(conditions.hops);
  json["noise_before"] = noise_json(conditions.noise_before);
  json["noise_after"] = noise_json(conditions.noise_after);
  json["sample_every"] = conditions.sample_every;
  json["load"] = conditions.load;
  json["source"] = conditions.source;
  json["time_base"] = time_base_text(conditions.time_base);
  json["from"] = place_json(conditions.from, conditions.time_base);
  json["shards"] = conditions.shards;
  json["wait"] = conditions.wait;
  json["threads"] = placements_json(threads);
  json["clock"] = json_of_clock(conditions);
  json["machine"] = machine_json(conditions.machine);
  json["command"] = conditions.provenance.command;
  return json;
}

}  // namespace tapedeck::tools
