#include "tools/lab/saturation_report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "tools/lab/load_report.hpp"
#include "tools/lab/log_scale.hpp"
#include "tools/run/machine_json.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::ordered_json;

std::string whole(double value) {
  return grouped(static_cast<u64>(std::llround(value)));
}

constexpr std::array<std::size_t, kStepHeadings.size()> kStepWidths{13, 13, 10, 10, 10, 10,
                                                                    10, 10, 11, 11, 6};

std::string steps_table(const SaturationResults& results) {
  std::string text;
  for (std::size_t i = 0; i < kStepHeadings.size(); ++i) {
    text += right_aligned(kStepHeadings[i], kStepWidths[i]);
  }
  text += "\n";
  for (const LoadStep& step : results.found.steps) {
    const auto cells = step_cells(step);
    for (std::size_t i = 0; i < cells.size(); ++i) text += right_aligned(cells[i], kStepWidths[i]);
    const std::string verdict = verdict_of(step, results.found);
    text += (verdict.empty() ? "" : "  " + verdict) + "\n";
  }
  return text;
}

// Plots rate against latency, both logarithmic: one column per step, with the knee's marked.
class TextPlot {
 public:
  explicit TextPlot(const Saturation& found) : found_(found) {
    rates_ = {found.steps.front().asked_per_s, found.steps.back().asked_per_s};
    double low = time_of(found.steps.front(), kMarks.back().fraction);
    double high = static_cast<double>(found.latency_limit.value);
    for (const LoadStep& step : found.steps) {
      low = std::min(low, time_of(step, kMarks.back().fraction));
      high = std::max(high, time_of(step, kMarks.front().fraction));
    }
    times_ = {std::max(low, 1.0), std::max(high, 1.0)};
  }

  [[nodiscard]] std::string text() {
    if (found_.latency_limit.value > 0) draw_limit();
    for (const LoadStep& step : found_.steps) draw(step);
    std::string text;
    for (std::size_t row = 0; row < kRows; ++row) {
      text += label(row) + " |" + grid_[row] + "\n";
    }
    text += std::string(kLabel + 1, ' ') + "+" + std::string(kColumns, '-') + "\n";
    text += rate_labels();
    return text +
           "            o p50, * p90, x p99, + p99.9 of due to book, by messages/s offered\n";
  }

 private:
  static constexpr std::size_t kRows = 14, kColumns = 72, kLabel = 10;
  struct Mark {
    double fraction;
    char sign;
  };
  // The mark drawn last stays on top.
  static constexpr std::array<Mark, 4> kMarks{{{0.999, '+'}, {0.99, 'x'}, {0.9, '*'}, {0.5, 'o'}}};

  static double time_of(const LoadStep& step, double fraction) {
    return std::max(1.0, static_cast<double>(step.due_to_book.quantile(fraction).value));
  }
  [[nodiscard]] std::size_t row_of(double time) const {
    return kRows - 1 - static_cast<std::size_t>(std::lround(times_.at(time) * (kRows - 1)));
  }
  [[nodiscard]] std::size_t column_of(double rate) const {
    return static_cast<std::size_t>(std::lround(rates_.at(rate) * (kColumns - 1)));
  }
  void draw_limit() {
    limit_row_ = row_of(static_cast<double>(found_.latency_limit.value));
    std::ranges::fill(grid_[limit_row_], '.');
  }
  void draw(const LoadStep& step) {
    const std::size_t column = column_of(step.asked_per_s);
    if (found_.knee_settled() && step.asked_per_s == found_.knee_per_s) {
      for (std::string& line : grid_) line[column] = '|';
    }
    for (const auto& [fraction, sign] : kMarks) {
      grid_[row_of(time_of(step, fraction))][column] = sign;
    }
  }
  // Returns the time label of every third row.
  [[nodiscard]] std::string label(std::size_t row) const {
    constexpr std::size_t kEvery = 3;
    if (row == limit_row_) return right_aligned("limit", kLabel);
    if ((kRows - 1 - row) % kEvery != 0) return std::string(kLabel, ' ');
    const double share = static_cast<double>(kRows - 1 - row) / (kRows - 1);
    return right_aligned(duration_for_people({std::llround(times_.value_at(share))}), kLabel);
  }
  [[nodiscard]] std::string rate_labels() const {
    const std::string first = rate_for_people(rates_.low), last = rate_for_people(rates_.high);
    std::string line(kLabel + 2 + kColumns, ' ');
    line.replace(kLabel + 2, first.size(), first);
    if (found_.knee_settled()) {
      const std::string knee = rate_for_people(*found_.knee_per_s) + " knee";
      const std::size_t at = kLabel + 2 + column_of(*found_.knee_per_s);
      const std::size_t from = std::min(at, line.size() - knee.size());
      if (from > kLabel + 2 + first.size()) line.replace(from, knee.size(), knee);
      if (from + knee.size() + last.size() + 2 > line.size()) return line + "\n";
    }
    line.replace(line.size() - last.size(), last.size(), last);
    return line + "\n";
  }

  const Saturation& found_;
  LogScale rates_, times_;
  std::size_t limit_row_ = kRows;
  std::vector<std::string> grid_ = std::vector<std::string>(kRows, std::string(kColumns, ' '));
};

ordered_json json_of_step(const LoadStep& step, const Saturation& found) {
  ordered_json json = ordered_json::object();
  json["offered_per_s"] = step.asked_per_s;
  json["achieved_per_s"] = step.achieved_per_s;
  json["kept_up"] = step.kept_up;
  json["within_limit"] = step.within_limit;
  json["verdict"] = verdict_of(step, found);
  json["runs"] = step.runs;
  json["timed_ns"] = step.timed_span.value;
  json["dropped"] = step.dropped;
  json["ran_dry"] = step.ran_dry;
  json["due_to_book"] = percentiles_of(step.due_to_book);
  json["ingress_to_book"] = percentiles_of(step.ingress_to_book);
  json["queued_events"] = step.queue.looks == 0 ? ordered_json(nullptr)
                                                : ordered_json{{"mean", step.queue.mean()},
                                                               {"most", step.queue.most},
                                                               {"looks", step.queue.looks}};
  return json;
}

}  // namespace

std::string rate_for_people(double per_s) {
  struct Unit {
    double size;
    const char* name;
  };
  constexpr std::array<Unit, 3> kUnits{{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
  for (const auto& [size, name] : kUnits) {
    constexpr double kThreeDigits = 0.9995;  // from there on it is rounded up to the next unit
    if (per_s < kThreeDigits * size) continue;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g%s", per_s / size, name);
    return text.data();
  }
  return whole(per_s);
}

std::array<std::string, kStepHeadings.size()> step_cells(const LoadStep& step) {
  const auto percentile = [&step](double fraction) {
    return duration_for_people(step.due_to_book.quantile(fraction));
  };
  const bool looked = step.queue.looks > 0;
  return {whole(step.asked_per_s),
          whole(step.achieved_per_s),
          duration_for_people(step.timed_span),
          percentile(0.5),
          percentile(0.9),
          percentile(0.99),
          percentile(0.999),
          duration_for_people(step.due_to_book.max()),
          looked ? whole(step.queue.mean()) : "-",
          looked ? grouped(step.queue.most) : "-",
          std::to_string(step.runs)};
}

std::string verdict_of(const LoadStep& step, const Saturation& found) {
  std::string verdict;
  if (step.dropped > 0) {
    verdict = "dropped " + grouped(step.dropped);
  } else if (!step.kept_up) {
    verdict = "not kept up";
  } else if (!step.within_limit) {
    verdict = found.percentile + " too long";
  } else if (found.knee_settled() && found.knee_per_s == step.asked_per_s) {
    verdict = "knee";
  }
  if (step.ran_dry) verdict += verdict.empty() ? "input ended" : ", input ended";
  return verdict;
}

std::string knee_text(const Saturation& found) {
  if (!found.knee_per_s) return "no knee: " + found.why_invalid();
  const std::string rate = whole(*found.knee_per_s);
  const std::string within =
      found.percentile + " of due to book within " + duration_for_people(found.latency_limit);
  if (!found.knee_found) return "no knee up to " + rate + " messages/s: " + within;
  if (found.knee_settled()) {
    return "knee at " + rate + " messages/s, the highest load within the limit: up to there " +
           within;
  }
  const auto too_much = std::ranges::find(found.steps, false, &LoadStep::within_limit);
  return "knee somewhere from " + rate + " to " + whole(too_much->asked_per_s) +
         " messages/s: up to the first " + within;
}

std::string capacity_text(const Saturation& found) {
  if (!found.capacity_per_s) return "no load was kept up with";
  const std::string rate = whole(*found.capacity_per_s);
  if (found.capacity_per_s == found.steps.back().asked_per_s) {
    return std::string{found.interrupted ? "of the loads that were done every one" : "every load"} +
           " was kept up with, the fastest of " + rate + " messages/s";
  }
  return "kept up with up to " + rate + " messages/s of the loads tried, whatever it waited";
}

std::string why_invalid(const SaturationResults& results) {
  const std::string taken = cores_taken_text(results);
  if (taken.empty()) return results.found.why_invalid();
  return results.found.interrupted ? taken + "; " + results.found.why_invalid() : taken;
}

std::string table_of(const SaturationResults& results) {
  const Saturation& found = results.found;
  std::string text;
  if (const std::string why = why_invalid(results); !why.empty()) text += "INVALID: " + why + "\n";
  text += unfit_text(results);
  if (found.knee_per_s && cores_taken_text(results).empty()) text += knee_text(found) + "\n";
  text += capacity_text(found) + "\n\n" + steps_table(results) + "\n";
  text += TextPlot{found}.text() + "\n" + noise_table(results) + "\n";
  text += "  load        " + results.load +
          "; the step that sets the limit, and one that fails, as "
          "the middle of " +
          std::to_string(kRunsThatDecide) + " runs\n";
  return text + conditions_text(results, found.at_knee.placements, "");
}

ordered_json json_of(const SaturationResults& results) {
  const Saturation& found = results.found;
  const auto or_null = [](const std::optional<double>& rate) {
    return rate ? ordered_json(*rate) : ordered_json(nullptr);
  };
  ordered_json json = ordered_json::object();
  const std::string why = why_invalid(results);
  json["benchmark"] = "saturate";
  json["valid"] = why.empty();
  json["why_invalid"] = why.empty() ? ordered_json(nullptr) : ordered_json(why);
  json["knee_per_s"] = or_null(found.knee_per_s);
  json["knee_found"] = found.knee_found;
  json["capacity_per_s"] = or_null(found.capacity_per_s);
  json["percentile"] = found.percentile;
  json["limit_ns"] = found.latency_limit.value;
  ordered_json& steps = json["steps"] = ordered_json::array();
  for (const LoadStep& step : found.steps) steps.push_back(json_of_step(step, found));
  json.update(conditions_json(results, found.at_knee.placements));
  return json;
}

}  // namespace tapedeck::tools
