#include "tools/lab/bench_charts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "engine/core/units.hpp"
#include "tools/lab/html.hpp"
#include "tools/lab/load_report.hpp"
#include "tools/lab/svg_chart.hpp"
#include "tools/run/machine_json.hpp"

namespace tapedeck::tools {
namespace {

using latency::LatencySpan;

// A curve and its name.
struct NamedLine {
  std::string name;
  ChartLine line;
};

std::string chart_with_legend(const ChartFrame& frame, const std::vector<NamedLine>& lines) {
  std::vector<ChartLine> drawn;
  std::string legend;
  for (const auto& [name, line] : lines) {
    drawn.push_back(line);
    legend += "<span class=\"c" + std::to_string(line.colour) + (line.dashed ? " dashed" : "") +
              (line.headline ? " headline" : "") + "\"><i>" + html_text(name) + "</i></span>\n";
  }
  return "<div class=\"chart\">\n" + line_chart(frame, drawn) + "<div class=\"legend\">" + legend +
         "</div></div>\n";
}

// Maps a fraction to the x axis, on which each unit to the right leaves a tenth of the events.
double rarity(double fraction) {
  return -std::log10(1 - fraction);
}

struct Curve {
  std::string name;
  Histogram histogram;
  bool machine = false;   // not the engine's
  bool headline = false;  // the span whose figures the page begins with
};

std::vector<Curve> curves_of(const LoadConditions& conditions, const LatencyFigures& run) {
  std::vector<Curve> curves;
  for (std::size_t i = 0; i < latency::kLatencySpans; ++i) {
    const LatencySpan span = static_cast<LatencySpan>(i);
    if (!run.why_none[i].empty() || run.spans[span].count() == 0) continue;
    curves.push_back(
        {name_for_people(span), run.spans[span], false, span == LatencySpan::due_to_book});
  }
  Histogram machine;
  for (const auto* noise : {&conditions.noise_before, &conditions.noise_after}) {
    for (const system::CoreNoise& core : *noise) {
      if (core.noise) machine.merge(core.noise->gaps);
    }
  }
  if (machine.count() > 0) curves.push_back({"the machine alone: gaps", machine, true, false});
  return curves;
}

std::string tip_of(const std::string& name, std::string_view percentile, Nanos time) {
  return name + ", " + std::string{percentile} + ": " + duration_for_people(time);
}

ChartLine line_of(const Curve& curve, std::size_t number, double decades, const LogScale& times) {
  constexpr int kPointsADecade = 24;
  const auto y_at = [&](double fraction) {
    return times.at(static_cast<double>(curve.histogram.quantile(fraction).value));
  };
  // The curve ends at the largest value if the axis reaches that far.
  const double all = std::log10(static_cast<double>(curve.histogram.count()));
  const double last = std::min(all, decades);
  ChartLine line{.colour = number,
                 .dashed = curve.machine,
                 .headline = curve.headline,
                 .points = {},
                 .marks = {}};
  for (int i = 0; i < static_cast<int>(last * kPointsADecade) + 1; ++i) {
    const double at = static_cast<double>(i) / kPointsADecade;
    line.points.push_back({at / decades, y_at(1 - std::pow(10, -at)), {}});
  }
  for (const auto& [name, fraction] : kPercentiles) {
    if (rarity(fraction) > last) continue;
    line.marks.push_back({rarity(fraction) / decades, y_at(fraction),
                          tip_of(curve.name, name, curve.histogram.quantile(fraction))});
  }
  if (all <= decades) {
    const double highest = times.at(static_cast<double>(curve.histogram.max().value));
    line.points.push_back({last / decades, highest, {}});
    line.marks.push_back(
        {last / decades, highest, tip_of(curve.name, "max", curve.histogram.max())});
  }
  return line;
}

// Returns the tooltip of one slice's column.
std::string slice_tip(const latency::LatencyTimeline& timeline, std::size_t slice) {
  u64 count = 0, seen = 0;
  for (std::size_t size = 0; size < latency::LatencyTimeline::kSizes; ++size) {
    count += timeline.count(slice, size);
  }
  const auto at = static_cast<i64>(slice);
  constexpr int kDigits = 3;  // two would give neighbours the same text
  const std::string when =
      "at " + duration_for_people({at * timeline.slice().value}, kDigits) + ": ";
  if (count == 0) return when + "nothing followed";
  std::string tip = when + grouped(count) + " sampled";
  bool half_told = false;
  for (std::size_t size = 0; size < latency::LatencyTimeline::kSizes; ++size) {
    seen += timeline.count(slice, size);
    const std::string below = duration_for_people(latency::LatencyTimeline::lowest_of(size + 1));
    if (!half_told && 2 * seen >= count) {
      half_told = true;
      tip += ", half below " + below;
    }
    if (100 * seen >= 99 * count) return tip.append(", 99 % below ").append(below);
  }
  return tip;
}

// Returns what each colour of a heat map counts.
std::string heat_legend(u64 most) {
  std::string html = "<div class=\"legend heat\"><b>sampled events in a field:</b>\n";
  for (const HeatStep& step : heat_steps(most)) {
    const std::string range =
        grouped(step.from) + (step.from == step.to ? "" : " to " + grouped(step.to));
    html += "<span><svg class=\"key\" viewBox=\"0 0 22 14\"><rect class=\"h" +
            std::to_string(step.level) + "\" width=\"22\" height=\"14\"/></svg>" +
            html_text(range) + "</span>\n";
  }
  return html + "</div>";
}

}  // namespace

std::string percentile_chart(const LoadConditions& conditions, const LatencyFigures& run) {
  const std::vector<Curve> curves = curves_of(conditions, run);
  if (curves.empty()) return html_element("p", "Nothing was measured.");
  u64 most = 1;
  LogScale times{1e18, 1};
  for (const Curve& curve : curves) {
    if (!curve.machine) most = std::max(most, curve.histogram.count());
    times.low = std::min(times.low, static_cast<double>(curve.histogram.min().value));
    times.high = std::max(times.high, static_cast<double>(curve.histogram.max().value));
  }
  times = rounded_out(times);
  const double decades = std::max(1.0, std::ceil(std::log10(static_cast<double>(most))));
  ChartFrame frame{.title = "Time by percentile and stage",
                   .x_name = "percentile: so many of all were no slower",
                   .y_name = "time",
                   .x_ticks = {{0, "0 %"}},
                   .y_ticks = time_ticks(times),
                   .rules = {}};
  std::string name = "90 %";
  for (int decade = 1; decade <= static_cast<int>(decades); ++decade) {
    frame.x_ticks.push_back({decade / decades, name});
    name = decade == 1 ? "99 %" : decade == 2 ? "99.9 %" : name.insert(name.size() - 2, "9");
  }
  if (const auto hop = conditions.hops.larger()) {
    const auto hop_ns = static_cast<double>(hop->value);
    if (hop_ns >= times.low) {
      frame.rules.push_back({ChartRule::Along::x, times.at(hop_ns),
                             "core to core, one way: " + duration_for_people(*hop)});
    }
  }
  std::vector<NamedLine> lines;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    lines.push_back({curves[i].name + (curves[i].headline ? " (headline)" : ""),
                     line_of(curves[i], i, decades, times)});
  }
  return chart_with_legend(frame, lines);
}

std::string heat_chart(const latency::LatencyTimeline& timeline) {
  u64 most = 0;
  std::size_t lowest = latency::LatencyTimeline::kSizes, highest = 0;
  for (std::size_t slice = 0; slice < timeline.slices(); ++slice) {
    for (std::size_t size = 0; size < latency::LatencyTimeline::kSizes; ++size) {
      const u64 count = timeline.count(slice, size);
      if (count == 0) continue;
      most = std::max(most, count);
      lowest = std::min(lowest, size);
      highest = std::max(highest, size);
    }
  }
  if (most == 0) return html_element("p", "Nothing was sampled over time.");
  const auto edge = [](std::size_t size) {
    return static_cast<double>(std::max<i64>(latency::LatencyTimeline::lowest_of(size).value, 1));
  };
  const LogScale times = rounded_out({edge(lowest), edge(highest + 1)});
  std::vector<HeatCell> cells;
  std::vector<std::string> tips;
  for (std::size_t slice = 0; slice < timeline.slices(); ++slice) {
    tips.push_back(slice_tip(timeline, slice));
    for (std::size_t size = lowest; size <= highest; ++size) {
      const u64 count = timeline.count(slice, size);
      if (count == 0) continue;
      cells.push_back(
          {slice, times.at(edge(size)), times.at(edge(size + 1)), heat_level(count, most)});
    }
  }
  ChartFrame frame{
      .title = "Latency from due to book over time",
      .x_name = "time of the run",
      .y_name = "due to book",
      .x_ticks = elapsed_ticks({timeline.slice().value * static_cast<i64>(timeline.slices())}),
      .y_ticks = time_ticks(times),
      .rules = {}};
  return "<div class=\"chart\">\n" + heat_map(frame, cells, tips) + heat_legend(most) + "</div>\n" +
         html_element("p class=\"soft\"",
                      "A field counts the events that were due in its column's time and took as "
                      "long as its height says.") +
         html_element("p class=\"soft screen\"", "Point at a column for its figures.");
}

std::string knee_chart(const Saturation& found) {
  struct Shown {
    const char* name;
    double fraction;
  };
  constexpr std::array<Shown, 4> kShown{
      {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}};
  constexpr double kApart = 0.07;  // of the axis: nearer labels would overlap
  const LogScale rates{found.steps.front().asked_per_s, found.steps.back().asked_per_s};
  LogScale times{1e18, static_cast<double>(found.latency_limit.value)};
  for (const LoadStep& step : found.steps) {
    times.low = std::min(times.low, static_cast<double>(step.due_to_book.quantile(0.5).value));
    times.high = std::max(times.high, static_cast<double>(step.due_to_book.quantile(0.999).value));
  }
  times = rounded_out(times);
  std::vector<NamedLine> lines;
  for (const auto& [name, fraction] : kShown) {
    ChartLine line{.colour = lines.size(),
                   .dashed = false,
                   .headline = name == found.percentile,
                   .points = {},
                   .marks = {}};
    for (const LoadStep& step : found.steps) {
      const Nanos time = step.due_to_book.quantile(fraction);
      const ChartPoint point{
          rates.at(step.asked_per_s), times.at(static_cast<double>(time.value)),
          tip_of(counted(static_cast<u64>(step.asked_per_s), "message") + "/s", name, time)};
      line.points.push_back(point);
      line.marks.push_back(point);
    }
    lines.push_back({std::string{name} + " of due to book", std::move(line)});
  }
  ChartFrame frame{.title = "Latency by offered load",
                   .x_name = "messages per second offered",
                   .y_name = "due to book",
                   .x_ticks = rate_ticks(rates, kApart),
                   .y_ticks = time_ticks(times),
                   .rules = {}};
  if (found.latency_limit.value > 0) {
    frame.rules.push_back(
        {ChartRule::Along::x, times.at(static_cast<double>(found.latency_limit.value)),
         "limit of " + found.percentile + ": " + duration_for_people(found.latency_limit),
         ChartRule::Text::at_beginning});
  }
  if (found.knee_per_s) {
    frame.rules.push_back({ChartRule::Along::y, rates.at(*found.knee_per_s),
                           (found.knee_settled() ? "knee: " : "no knee up to ") +
                               rate_for_people(*found.knee_per_s) + " messages/s"});
  }
  return chart_with_legend(frame, lines);
}

}  // namespace tapedeck::tools
