#include "tools/lab/throughput_comparison.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/core/decimal.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "tools/lab/result_field.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::ordered_json;

constexpr double kOneMillion = 1e6;

Verdict verdict_on(const ComparedSeries& one, double threshold) {
  if (!one.a_spread || !one.b_spread) return Verdict::undecided;
  const bool slower = one.b_spread->high < one.a_spread->low;
  const bool faster = one.b_spread->low > one.a_spread->high;
  if ((!slower && !faster) || !is_beyond(one.a, one.b, threshold)) return Verdict::same;
  return slower ? Verdict::slower : Verdict::faster;
}

std::string millions(double per_s) {
  return with_decimals(per_s / kOneMillion, 2);
}

std::string spread_text(const std::optional<RunSpread<double>>& spread) {
  return spread ? millions(spread->low) + " to " + millions(spread->high) : "-";
}

std::string verdict_text(const ComparedSeries& one) {
  if (one.verdict == Verdict::same) return "no difference";
  return one.verdict == Verdict::undecided ? "undecided: too few rounds"
                                           : verdict_name(one.verdict);
}

std::string throughput_headline(const ThroughputComparison& comparison) {
  std::string text;
  const auto add = [&text](const char* which, const SavedThroughput& run) {
    if (run.valid) return;
    text += "INVALID: " + std::string{which} + ", " + printable(run.file) + ": " +
            printable(run.why_invalid) + "\n";
  };
  add("A", comparison.a);
  add("B", comparison.b);
  if (!text.empty()) {
    return text + "There is no verdict: figures that do not count cannot be compared\n";
  }
  for (const ComparedSeries& one : comparison.series) {
    if (one.verdict != Verdict::slower && one.verdict != Verdict::faster) continue;
    text += "B is " + verdict_name(one.verdict) + " with --shards " + std::to_string(one.shards) +
            ": " + millions(one.a) + " -> " + millions(one.b) + " million messages/s (" +
            with_decimals(one.ratio(), 2) + " x)\n";
  }
  if (!text.empty()) return text;
  if (comparison.series.empty()) {
    return "Undecided: A and B have no number of shards in common\n";
  }
  return comparison.verdict() == Verdict::undecided
             ? "Undecided: too few rounds; take more\n"
             : "No difference larger than the runs' own spread and the threshold\n";
}

std::string throughput_row(const std::vector<std::string>& cells) {
  std::string text = "  ";
  constexpr std::array<std::size_t, 6> kWidths{8, 10, 10, 8, 18, 18};
  for (std::size_t i = 0; i < kWidths.size(); ++i) text += right_aligned(cells[i], kWidths[i]);
  return text + (cells.back().empty() ? "" : "   " + cells.back()) + "\n";
}

const std::vector<std::string> kHeadings{"shards",     "A",          "B", "B / A",
                                         "A's spread", "B's spread", ""};

std::vector<std::string> cells_of(const ComparedSeries& one) {
  return {std::to_string(one.shards),
          millions(one.a),
          millions(one.b),
          with_decimals(one.ratio(), 2),
          spread_text(one.a_spread),
          spread_text(one.b_spread),
          verdict_text(one)};
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text.append(" ").append(cell).append(" |");
  return text + "\n";
}

}  // namespace

SavedThroughput saved_throughput_in(const nlohmann::json& parsed, const std::string& file) {
  const ResultField result{parsed, file};
  SavedThroughput saved;
  saved.file = file;
  saved.valid = result["valid"].flag();
  if (!saved.valid) saved.why_invalid = result["why_invalid"].words();
  const ResultField runs = result["runs"];
  for (std::size_t at = 0; at < runs.elements(); ++at) {
    const ResultField run = runs.element(at);
    SavedThroughput::Series& series = saved.series.emplace_back();
    const i64 shards = run["shards"].number();
    series.shards = static_cast<u32>(std::min<i64>(shards, ~u32{0}));
    series.messages_per_s = run["messages_per_s"]["median"].positive();
    const ResultField all = run["all"];
    for (std::size_t round = 0; round < all.elements(); ++round) {
      series.rounds.push_back(all.element(round).positive());
    }
  }
  const ResultField machine = result["machine"];
  saved.fit_for_figures = machine["fit_for_figures"].flag();
  for (const char* name : {"cpu", "kernel", "compiler", "build"}) {
    saved.setup.emplace_back(name, machine[name].words());
  }
  for (const char* name : {"cores_allowed", "cores_online"}) {
    saved.setup.emplace_back(name, std::to_string(machine[name].number()));
  }
  // A benchmark that ended early has no messages and no digest.
  const ResultField digest = result["digest"];
  saved.setup.emplace_back("digest", digest.none() ? "none" : digest.words());
  return saved;
}

Verdict ThroughputComparison::verdict() const {
  if (!valid()) return Verdict::invalid;
  const auto any = [this](Verdict verdict) {
    return std::ranges::find(series, verdict, &ComparedSeries::verdict) != series.end();
  };
  const bool slower = any(Verdict::slower), faster = any(Verdict::faster);
  if (slower && faster) return Verdict::mixed;
  if (slower || faster) return slower ? Verdict::slower : Verdict::faster;
  return any(Verdict::same) ? Verdict::same : Verdict::undecided;
}

bool ThroughputComparison::differs() const {
  const Verdict all = verdict();
  return all != Verdict::same && all != Verdict::undecided;
}

std::vector<std::string> ThroughputComparison::warnings() const {
  std::vector<std::string> all;
  for (const SavedThroughput* run : {&a, &b}) {
    if (run->fit_for_figures) continue;
    all.push_back(printable(run->file) +
                  " is of a build with checks built in: what it measures are no figures");
  }
  for (std::size_t i = 0; i < a.setup.size(); ++i) {
    if (a.setup[i] == b.setup[i]) continue;
    all.push_back(a.setup[i].first + " differs: A " + printable(a.setup[i].second) + "; B " +
                  printable(b.setup[i].second));
  }
  return all;
}

ThroughputComparison compared(SavedThroughput a, SavedThroughput b,
                              const CompareThresholds& thresholds) {
  ThroughputComparison result{std::move(a), std::move(b), {}};
  if (!result.valid()) return result;
  for (const SavedThroughput::Series& of_a : result.a.series) {
    const auto of_b =
        std::ranges::find(result.b.series, of_a.shards, &SavedThroughput::Series::shards);
    if (of_b == result.b.series.end()) continue;
    ComparedSeries one{of_a.shards, of_a.messages_per_s, of_b->messages_per_s,
                       run_spread(of_a.rounds), run_spread(of_b->rounds)};
    one.verdict = verdict_on(one, thresholds.throughput);
    result.series.push_back(one);
  }
  return result;
}

std::string table_of(const ThroughputComparison& comparison) {
  std::string text = throughput_headline(comparison) + "\n  A   " + printable(comparison.a.file) +
                     "\n  B   " + printable(comparison.b.file) + "\n\n";
  if (!comparison.series.empty()) {
    text += throughput_row(kHeadings);
    for (const ComparedSeries& one : comparison.series) text += throughput_row(cells_of(one));
    text += "  million messages/s, medians; spread: the middle 90 % of the rounds\n";
  }
  for (const std::string& warning : comparison.warnings()) text += "  warning: " + warning + "\n";
  return text;
}

std::string markdown_of(const ThroughputComparison& comparison) {
  std::string text = throughput_headline(comparison) + "\n";
  if (!comparison.series.empty()) {
    text += markdown_row(kHeadings) + "|---:|---:|---:|---:|---:|---:|---|\n";
    for (const ComparedSeries& one : comparison.series) text += markdown_row(cells_of(one));
    text += "\nMillion messages/s, medians; spread: the middle 90 % of the rounds.\n";
  }
  for (const std::string& warning : comparison.warnings()) text += "\n- warning: " + warning;
  return text + (comparison.warnings().empty() ? "" : "\n");
}

ordered_json json_of(const ThroughputComparison& comparison) {
  const auto spread = [](const auto& of, bool high) {
    return of ? ordered_json(high ? of->high : of->low) : ordered_json();
  };
  const auto run = [](const SavedThroughput& of) {
    return ordered_json{{"file", of.file},
                        {"valid", of.valid},
                        {"why_invalid", of.valid ? ordered_json() : ordered_json(of.why_invalid)}};
  };
  ordered_json json{{"benchmark", "compare"},
                    {"of", "throughput"},
                    {"a", run(comparison.a)},
                    {"b", run(comparison.b)},
                    {"verdict", verdict_name(comparison.verdict())},
                    {"differs", comparison.differs()}};
  ordered_json& runs = json["runs"] = ordered_json::array();
  for (const ComparedSeries& one : comparison.series) {
    runs.push_back({{"shards", one.shards},
                    {"a", one.a},
                    {"b", one.b},
                    {"ratio", one.ratio()},
                    {"a_low", spread(one.a_spread, false)},
                    {"a_high", spread(one.a_spread, true)},
                    {"b_low", spread(one.b_spread, false)},
                    {"b_high", spread(one.b_spread, true)},
                    {"verdict", verdict_name(one.verdict)}});
  }
  json["warnings"] = comparison.warnings();
  return json;
}

}  // namespace tapedeck::tools
