#include "tools/lab/throughput_report.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "engine/core/decimal.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/human_text.hpp"
#include "tools/run/machine_json.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::ordered_json;

constexpr double kMillion = 1e6;

// "1.19 (1.17 to 1.21)"
std::string ratio_text(const MedianEstimate& ratio) {
  return with_decimals(ratio.median, 2) + " (" + with_decimals(ratio.low, 2) + " to " +
         with_decimals(ratio.high, 2) + ")";
}

struct TableColumn {
  const char* heading;
  std::size_t width;
};
constexpr std::array<TableColumn, 7> kTableColumns{{{"shards", 8},
                                                    {"M messages/s", 14},
                                                    {"lowest", 9},
                                                    {"highest", 9},
                                                    {"M events/s", 12},
                                                    {"elapsed", 11},
                                                    {"memory", 11}}};

std::string row(const std::array<std::string, kTableColumns.size()>& cells,
                const std::string& ratio) {
  std::string text;
  for (std::size_t i = 0; i < kTableColumns.size(); ++i) {
    text += right_aligned(cells[i], kTableColumns[i].width);
  }
  return text + (ratio.empty() ? "" : "   " + ratio) + "\n";
}

std::string heading(const ThroughputResults& results) {
  std::array<std::string, kTableColumns.size()> cells;
  for (std::size_t i = 0; i < kTableColumns.size(); ++i) cells[i] = kTableColumns[i].heading;
  const std::string base = std::to_string(results.series.front().shards);
  return row(cells, results.series.size() > 1 ? "over --shards " + base : "");
}

std::string row_of(const ThroughputResults& results, std::size_t at) {
  const ThroughputSeries& series = results.series[at];
  const Spread rate = spread_of(message_rates(series));
  return row(
      {std::to_string(series.shards), with_decimals(rate.median / kMillion, 2),
       with_decimals(rate.low / kMillion, 2), with_decimals(rate.high / kMillion, 2),
       with_decimals(median_event_rate(series) / kMillion, 2),
       with_decimals(median_elapsed_s(series), 3) + " s", bytes_for_people(most_memory(series))},
      at == 0 ? "" : ratio_text(ratio_over(results.series.front(), series)));
}

// "--shards 1: channel 0 on cpu 0, shard 0 on cpu 1"
std::string placement_text(const ThroughputSeries& series) {
  std::string text;
  for (const ordered_json& thread : series.runs.back().threads) {
    text += (text.empty() ? "" : ", ") + thread.value("name", "") + " on " +
            thread.value("placement", "");
  }
  return "--shards " + std::to_string(series.shards) + ": " + text;
}

// "of core 0 0.1 % before the runs and 0.0 % after, of core 1 ..."
std::string taken_text(const ThroughputResults& results) {
  std::string text;
  for (const system::CoreNoise& core : results.noise_before) {
    const auto after = std::ranges::find(results.noise_after, core.core, &system::CoreNoise::core);
    text += (text.empty() ? "by others, of core " : "; of core ") + std::to_string(core.core) + " ";
    if (!core.noise) {
      text += "not measured: " + core.why_none;
      continue;
    }
    text += with_decimals(100 * core.share_taken(), 1) + " % before the runs";
    if (after == results.noise_after.end() || !after->noise) continue;
    text += ", " + with_decimals(100 * after->share_taken(), 1) + " % after";
  }
  return text.empty() ? "not measured" : text;
}

std::string conditions(const ThroughputResults& results) {
  std::string text;
  text += "  rounds    " + std::to_string(results.rounds) +
          " after one to warm up, interleaved, each run a process of its own; medians,\n"
          "            memory the most of all runs, ratios with the 90 % bootstrap interval\n";
  if (!results.options.empty()) {
    text += "  options  ";
    for (const std::string& option : results.options) text += " " + printable(option);
    text += "\n";
  }
  const bool pinned = std::ranges::find(results.options, "--pin") != results.options.end();
  for (const ThroughputSeries& series : results.series) {
    if (pinned && !series.runs.empty()) text += "  pinned    " + placement_text(series) + "\n";
  }
  text += "  hop       " + hop_text(results.hops) + "\n";
  text += "  taken     " + taken_text(results) + "\n";
  text += "  machine   " + system::describe(results.machine) + "\n";
  for (const ThroughputResults::File& file : results.files) {
    text += "  file      " + printable(file.path) + ", " + bytes_for_people(file.bytes) + "\n";
  }
  if (results.first) {
    text += "  read      " + counted(results.first->messages, "message") +
            " per run, timed from the first byte read to the last event applied\n"
            "  digest    " +
            results.first->digest + (results.agrees() ? ", of every run" : ", of the first run") +
            "\n";
  }
  return text;
}

// Runs that were not measured, because the benchmark ended before, have no figures.
ordered_json json_of(const ThroughputResults& results, std::size_t at) {
  const ThroughputSeries& series = results.series[at];
  ordered_json json = ordered_json::object();
  json["shards"] = series.shards;
  const std::vector<double> rates = message_rates(series);
  const Spread rate = spread_of(rates);
  json["messages_per_s"] = {{"median", rate.median}, {"min", rate.low}, {"max", rate.high}};
  json["events_per_s"] = median_event_rate(series);
  json["elapsed_s"] = median_elapsed_s(series);
  json["peak_rss_bytes"] = most_memory(series);
  json["ratio"] = nullptr;
  if (at > 0) {
    const MedianEstimate ratio = ratio_over(results.series.front(), series);
    json["ratio"] = {{"median", ratio.median}, {"low", ratio.low}, {"high", ratio.high}};
  }
  json["all"] = rates;
  json["threads"] = series.runs.back().threads;
  return json;
}

}  // namespace

std::string table_of(const ThroughputResults& results) {
  std::string text;
  if (const std::string why = why_invalid(results); !why.empty()) {
    text += "INVALID: " + printable(why) + "\n";
  }
  if (!results.machine.fit_for_figures()) {
    text += "NO FIGURES: this is a " + system::build_kind(results.machine) +
            " build; take build/release\n";
  }
  text += heading(results);
  for (std::size_t at = 0; at < results.series.size(); ++at) {
    if (!results.series[at].runs.empty()) text += row_of(results, at);
  }
  return text + "\n" + conditions(results);
}

ordered_json json_of(const ThroughputResults& results) {
  ordered_json json = ordered_json::object();
  json["benchmark"] = "throughput";
  const std::string why = why_invalid(results);
  json["valid"] = why.empty();
  json["why_invalid"] = why.empty() ? ordered_json(nullptr) : ordered_json(why);
  json["machine"] = machine_json(results.machine);
  json.update(hop_json(results.hops));
  json["noise_before"] = noise_json(results.noise_before);
  json["noise_after"] = noise_json(results.noise_after);
  ordered_json& files = json["files"] = ordered_json::array();
  for (const ThroughputResults::File& file : results.files) {
    files.push_back({{"path", file.path}, {"bytes", file.bytes}});
  }
  json["options"] = results.options;
  json["rounds"] = results.rounds;
  json["messages"] = results.first ? ordered_json(results.first->messages) : ordered_json(nullptr);
  json["events"] = results.first ? ordered_json(results.first->events) : ordered_json(nullptr);
  ordered_json& runs = json["runs"] = ordered_json::array();
  for (std::size_t at = 0; at < results.series.size(); ++at) {
    if (!results.series[at].runs.empty()) runs.push_back(json_of(results, at));
  }
  json["digest"] = results.first ? ordered_json(results.first->digest) : ordered_json(nullptr);
  return json;
}

}  // namespace tapedeck::tools
