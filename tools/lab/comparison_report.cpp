#include "tools/lab/comparison_report.hpp"

#include <array>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/core/decimal.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "tools/lab/load_report.hpp"
#include "tools/run/machine_json.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::ordered_json;

constexpr int kComparedDigits = 3;  // with two, values 5 % apart can look equal
constexpr std::size_t kComparedNameWidth = 8;
constexpr std::size_t kComparedTimeWidth = 10;
constexpr std::size_t kComparedRatioWidth = 8;
constexpr std::size_t kSpreadWidth = 21;

std::string compared_time(Nanos time) {
  return duration_for_people(time, kComparedDigits);
}

std::string ratio_or_dash(const ComparedPercentile& percentile) {
  const auto ratio = percentile.ratio();
  return ratio ? with_decimals(*ratio, 2) : "-";
}

bool lacks_a_spread(const ComparedPercentile& percentile) {
  return !percentile.a_spread || !percentile.b_spread;
}

// "p50 460 ns -> 533 ns (1.16 x)"
std::string change_text(const ComparedStage& stage, std::size_t at) {
  const ComparedPercentile& percentile = stage.percentiles[at];
  return std::string{kPercentiles[at].name} + " " + compared_time(percentile.a) + " -> " +
         compared_time(percentile.b) + " (" + ratio_or_dash(percentile) + " x)";
}

std::vector<std::size_t> percentiles_that_are(Verdict verdict, const ComparedStage& stage) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < kComparedPercentiles; ++i) {
    if (stage.percentiles[i].verdict == verdict) found.push_back(i);
  }
  return found;
}

// "p50, p90 slower, p99.9 faster"; empty if nothing is.
std::string differing_percentiles(const ComparedStage& stage) {
  std::string text;
  for (const Verdict verdict : {Verdict::slower, Verdict::faster}) {
    const std::vector<std::size_t> found = percentiles_that_are(verdict, stage);
    for (const std::size_t i : found) {
      text.append(text.empty() ? "" : ", ").append(kPercentiles[i].name);
    }
    if (!found.empty()) text.append(" ").append(verdict_name(verdict));
  }
  return text;
}

// Lists the stages that make the exit code a difference although the headline has none.
std::string other_stages(const LatencyComparison& comparison) {
  std::string text;
  for (const ComparedStage& stage : comparison.stages) {
    if (&stage == comparison.headline()) continue;
    const std::string differing = differing_percentiles(stage);
    if (differing.empty()) continue;
    text += (text.empty() ? "Other stages differ by more: " : "; ") + name_for_people(stage.span) +
            " " + differing;
  }
  return text.empty() ? "" : text + "\n";
}

std::string one_way_text(const ComparedStage& stage, Verdict verdict) {
  const std::vector<std::size_t> found = percentiles_that_are(verdict, stage);
  std::string text = change_text(stage, found.front()) + ", more than the runs' own spread";
  for (std::size_t i = 1; i < found.size(); ++i) {
    text += i > 1 ? ", " : found.size() > 2 ? "; so are " : "; so is ";
    text += kPercentiles[found[i]].name;
  }
  return text;
}

std::string headline_text(const LatencyComparison& comparison) {
  const ComparedStage* const stage = comparison.headline();
  if (stage == nullptr) return "Undecided: due to book, the headline, was not measured in both\n";
  const std::string span = name_for_people(stage->span);
  const Verdict verdict = stage->verdict();
  if (verdict == Verdict::slower || verdict == Verdict::faster) {
    return "B is " + verdict_name(verdict) + ": " + span + " " + one_way_text(*stage, verdict) +
           "\n";
  }
  if (verdict == Verdict::mixed) {
    return "B is slower and faster, by more than the runs' own spread: " + span + " " +
           change_text(*stage, percentiles_that_are(Verdict::slower, *stage).front()) + ", but " +
           change_text(*stage, percentiles_that_are(Verdict::faster, *stage).front()) + "\n";
  }
  if (verdict == Verdict::undecided) {
    return "Undecided: " + span + " " + change_text(*stage, 0) + ", but " +
           (lacks_a_spread(stage->percentiles[0])
                ? "too few windows of time have a value; take longer runs\n"
                : "its windows of time say otherwise; run both again\n");
  }
  return "No difference larger than the runs' own spread and the threshold: " + span + " " +
         change_text(*stage, 0) + "\n";
}

std::string invalid_text(const LatencyComparison& comparison) {
  std::string text;
  const auto add = [&text](const char* which, const SavedLatency& run) {
    if (run.valid) return;
    text += "INVALID: " + std::string{which} + ", " + printable(run.file) + ": " +
            printable(run.why_invalid) + "\n";
  };
  add("A", comparison.a);
  add("B", comparison.b);
  return text + "There is no verdict: figures that do not count cannot be compared\n";
}

std::string spread_text(const std::optional<RunSpread<Nanos>>& spread) {
  return spread ? compared_time(spread->low) + " to " + compared_time(spread->high) : "-";
}

bool are_apart(const ComparedPercentile& percentile) {
  return !lacks_a_spread(percentile) && (percentile.a_spread->high < percentile.b_spread->low ||
                                         percentile.b_spread->high < percentile.a_spread->low);
}

std::string verdict_text(const ComparedPercentile& percentile) {
  if (percentile.verdict == Verdict::same) {
    return are_apart(percentile) ? "within threshold" : "within spread";
  }
  if (percentile.verdict != Verdict::undecided) return verdict_name(percentile.verdict);
  return lacks_a_spread(percentile) ? "undecided: too few windows"
                                    : "undecided: windows say otherwise";
}

std::string compared_row(const std::array<std::string, 6>& cells, const std::string& verdict) {
  return "  " + left_aligned(cells[0], kComparedNameWidth) +
         right_aligned(cells[1], kComparedTimeWidth) + right_aligned(cells[2], kComparedTimeWidth) +
         right_aligned(cells[3], kComparedRatioWidth) + right_aligned(cells[4], kSpreadWidth) +
         right_aligned(cells[5], kSpreadWidth) + (verdict.empty() ? "" : "   " + verdict) + "\n";
}

std::string stages_table(const LatencyComparison& comparison) {
  if (comparison.stages.empty()) return {};
  std::string text = compared_row({"", "A", "B", "B / A", "A's spread", "B's spread"}, "");
  for (const ComparedStage& stage : comparison.stages) {
    text += "  " + name_for_people(stage.span) + "\n";
    for (std::size_t i = 0; i < kComparedPercentiles; ++i) {
      const ComparedPercentile& one = stage.percentiles[i];
      text += compared_row(
          {"  " + std::string{kPercentiles[i].name}, compared_time(one.a), compared_time(one.b),
           ratio_or_dash(one), spread_text(one.a_spread), spread_text(one.b_spread)},
          verdict_text(one));
    }
  }
  return text +
         "  spread: the middle 90 % of a run's windows of time; a difference counts where the two "
         "are apart,\n          and where it reaches the threshold\n\n";
}

struct SetupDifference {
  const SetupName& name;
  const std::string &a, &b;
};

std::vector<SetupDifference> setup_differences(const LatencyComparison& comparison) {
  std::vector<SetupDifference> differences;
  for (std::size_t i = 0; i < kSetupNames.size(); ++i) {
    const std::string &a = comparison.a.setup[i], &b = comparison.b.setup[i];
    if (a != b) differences.push_back({kSetupNames[i], a, b});
  }
  return differences;
}

std::string setup_text(const SetupDifference& difference) {
  return "the " + std::string{difference.name.plural} + " differ: A " + printable(difference.a) +
         "; B " + printable(difference.b);
}

std::string hop_or_not(const std::optional<Nanos>& hop) {
  return hop ? compared_time(*hop) : "not measured";
}

// Returns the warnings, without differences of the setup.
std::vector<std::string> warnings_of(const LatencyComparison& comparison) {
  std::vector<std::string> warnings;
  const auto each = [&](const char* which, const SavedLatency& run, const SavedLatency& other) {
    if (!run.fit_for_figures) {
      warnings.push_back(std::string{which} +
                         " is of a build with checks built in: what it measures are no figures");
    }
    if (!comparison.valid()) return;
    for (std::size_t i = 0; i < latency::kLatencySpans; ++i) {
      if (run.stages[i] || !other.stages[i]) continue;
      warnings.push_back(name_for_people(static_cast<latency::LatencySpan>(i)) +
                         " is not compared: " + which + " has not measured it, " +
                         printable(run.why_none[i]));
    }
  };
  each("A", comparison.a, comparison.b);
  each("B", comparison.b, comparison.a);
  if (comparison.hops_differ()) {
    warnings.push_back("the hops differ by more than half: A " + hop_or_not(comparison.a.hop) +
                       "; B " + hop_or_not(comparison.b.hop) +
                       ": the cores were other ones, or the machine moved them");
  }
  return warnings;
}

double in_hops(Nanos time, Nanos hop) {
  return static_cast<double>(time.value) / static_cast<double>(hop.value);
}

// Shows the medians in hops, which separates the engine's part from the transfer between cores.
std::string medians_in_hops(const LatencyComparison& comparison) {
  if (!comparison.hops_differ() || comparison.stages.empty()) return {};
  std::string text = "  medians in hops\n";
  for (const ComparedStage& stage : comparison.stages) {
    const ComparedPercentile& median = stage.percentiles[0];
    text += "    " + left_aligned(name_for_people(stage.span), 20) + "A " +
            right_aligned(with_decimals(in_hops(median.a, *comparison.a.hop), 1), 7) + "   B " +
            right_aligned(with_decimals(in_hops(median.b, *comparison.b.hop), 1), 7) + "\n";
  }
  return text;
}

ordered_json json_of_run(const SavedLatency& run) {
  return {{"file", run.file},
          {"command", run.command},
          {"valid", run.valid},
          {"why_invalid", run.valid ? ordered_json() : ordered_json(run.why_invalid)},
          {"hop_ns", run.hop ? ordered_json(run.hop->value) : ordered_json()}};
}

ordered_json json_of_percentile(const ComparedPercentile& one) {
  const auto ratio = one.ratio();
  ordered_json json{{"a", one.a.value}, {"b", one.b.value}};
  json["ratio"] = ratio ? ordered_json(*ratio) : ordered_json();
  const auto put = [&json](const std::string& run, const std::optional<RunSpread<Nanos>>& spread) {
    json[run + "_low"] = spread ? ordered_json(spread->low.value) : ordered_json();
    json[run + "_high"] = spread ? ordered_json(spread->high.value) : ordered_json();
  };
  put("a", one.a_spread);
  put("b", one.b_spread);
  json["verdict"] = verdict_name(one.verdict);
  return json;
}

std::string verdict_lines(const LatencyComparison& comparison) {
  return comparison.valid() ? headline_text(comparison) + other_stages(comparison)
                            : invalid_text(comparison);
}

}  // namespace

std::string markdown_of(const LatencyComparison& comparison) {
  std::string text = verdict_lines(comparison) + "\n";
  if (!comparison.stages.empty()) {
    text += "| | A | B | B / A | A's spread | B's spread | |\n|---|---:|---:|---:|---:|---:|---|\n";
  }
  for (const ComparedStage& stage : comparison.stages) {
    for (std::size_t i = 0; i < kComparedPercentiles; ++i) {
      const ComparedPercentile& one = stage.percentiles[i];
      text += "| " + name_for_people(stage.span) + " ";
      text.append(kPercentiles[i].name).append(" | ").append(compared_time(one.a)).append(" | ");
      text.append(compared_time(one.b)).append(" | ").append(ratio_or_dash(one)).append(" | ");
      text.append(spread_text(one.a_spread)).append(" | ").append(spread_text(one.b_spread));
      text.append(" | ").append(verdict_text(one)).append(" |\n");
    }
  }
  for (const SetupDifference& difference : setup_differences(comparison)) {
    text.append("\n- warning: ").append(setup_text(difference));
  }
  for (const std::string& warning : warnings_of(comparison)) {
    text.append("\n- warning: ").append(warning);
  }
  return text + "\n";
}

std::string table_of(const LatencyComparison& comparison) {
  std::string notes;
  for (const SetupDifference& difference : setup_differences(comparison)) {
    notes += "  warning: " + setup_text(difference) + "\n";
  }
  for (const std::string& warning : warnings_of(comparison))
    notes += "  warning: " + warning + "\n";
  std::string text = verdict_lines(comparison);
  if (!notes.empty()) text += "To be read with the warnings below\n";
  text += "\n  A   " + printable(comparison.a.file) + ": " + printable(comparison.a.command) + "\n";
  text += "  B   " + printable(comparison.b.file) + ": " + printable(comparison.b.command) + "\n\n";
  text += stages_table(comparison);
  text += "  hop   from core to core: A " + hop_or_not(comparison.a.hop) + ", B " +
          hop_or_not(comparison.b.hop) + "\n" + medians_in_hops(comparison);
  return text + notes;
}

ordered_json json_of(const LatencyComparison& comparison) {
  ordered_json json = ordered_json::object();
  json["benchmark"] = "compare";
  json["of"] = "latency";
  json["a"] = json_of_run(comparison.a);
  json["b"] = json_of_run(comparison.b);
  json["verdict"] = verdict_name(comparison.verdict());
  json["differs"] = comparison.differs();
  ordered_json& stages = json["stages"] = ordered_json::object();
  for (const ComparedStage& stage : comparison.stages) {
    ordered_json& percentiles =
        stages[std::string{latency::kLatencySpanNames[static_cast<std::size_t>(stage.span)]}];
    for (std::size_t i = 0; i < kComparedPercentiles; ++i) {
      percentiles[std::string{kPercentiles[i].name}] = json_of_percentile(stage.percentiles[i]);
    }
  }
  ordered_json& differences = json["setup_differences"] = ordered_json::array();
  for (const SetupDifference& difference : setup_differences(comparison)) {
    differences.push_back(
        {{"what", difference.name.what}, {"a", difference.a}, {"b", difference.b}});
  }
  json["warnings"] = warnings_of(comparison);
  return json;
}

}  // namespace tapedeck::tools
