#include "tools/lab/bench_page.hpp"

#include <cmath>

#include <spdlog/spdlog.h>

#include "engine/core/calendar.hpp"
#include "engine/core/decimal.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/human_text.hpp"
#include "tools/lab/bench_charts.hpp"
#include "tools/lab/bench_page_style.hpp"
#include "tools/lab/html.hpp"
#include "tools/lab/load_report.hpp"
#include "tools/run/machine_json.hpp"

namespace tapedeck::tools {
namespace {

using latency::LatencySpan;

std::string html_row(std::string_view cell_tag, const std::vector<std::string>& cells) {
  std::string html = "<tr>";
  for (const std::string& cell : cells) {
    html +=
        "<" + std::string{cell_tag} + ">" + html_text(cell) + "</" + std::string{cell_tag} + ">";
  }
  return html + "</tr>\n";
}

// A table that is printed on two pages has its heading on both.
std::string table_begin(const std::vector<std::string>& heading) {
  return "<div class=\"scroll\"><table>\n<thead>" + html_row("th", heading) + "</thead>\n";
}

std::string percentile_html_table(const LoadConditions& conditions, const LatencyFigures& run) {
  const std::vector<std::string> heading = percentile_headings("from, to");
  std::string html = table_begin(heading);
  std::string not_measured;
  for (std::size_t i = 0; i < latency::kLatencySpans; ++i) {
    const std::string name = name_for_people(static_cast<LatencySpan>(i));
    if (run.why_none[i].empty()) {
      html += html_row("td", percentile_cells(name, run.spans[static_cast<LatencySpan>(i)]));
    } else {
      not_measured +=
          html_element("p class=\"soft\"", name + " was not measured: " + run.why_none[i]);
    }
  }
  const auto add = [&](const char* when, const std::vector<system::CoreNoise>& noise) {
    for (const system::CoreNoise& core : noise) {
      const std::string name = "core " + std::to_string(core.core) + " alone, " + when;
      if (core.noise) html += html_row("td", percentile_cells(name, core.noise->gaps));
    }
  };
  add("before", conditions.noise_before);
  add("after", conditions.noise_after);
  return html + "</table></div>\n" + not_measured;
}

std::string steps_html_table(const Saturation& found) {
  std::vector<std::string> heading{kStepHeadings.begin(), kStepHeadings.end()};
  heading.emplace_back();
  std::string html = table_begin(heading);
  for (const LoadStep& step : found.steps) {
    const auto told = step_cells(step);
    std::vector<std::string> cells{told.begin(), told.end()};
    cells.push_back(verdict_of(step, found));
    html += html_row("td", cells);
  }
  return html + "</table></div>\n";
}

std::string facts(const LoadConditions& conditions, const LatencyFigures& run) {
  std::string html = "<table class=\"facts\">\n";
  const auto add = [&](const char* what, const std::string& fact) {
    html += html_row("td", {what, fact});
  };
  add("machine", system::describe(conditions.machine));
  add("threads", threads_text(conditions, run.placements));
  add("hop", hop_text(conditions.hops));
  add("clock", clock_text(conditions));
  add("source", conditions.source);
  add("load", conditions.load);
  add("sampled", conditions.sample_every == 1
                     ? "every event"
                     : "one event of " + std::to_string(conditions.sample_every));
  return html + "</table>\n";
}

std::string provenance_html(const Provenance& provenance) {
  std::string html = "<table class=\"facts\">\n";
  const auto add = [&](const char* what, const std::string& fact) {
    html += html_row("td", {what, fact});
  };
  add("tapedeck", program_text(provenance));
  add("host", provenance.host.empty() ? "unknown" : provenance.host);
  add("time", iso_time(provenance.time));
  add("inputs", inputs_text(provenance));
  return html + "</table>\n";
}

std::string tile(const std::string& value, const std::string& what) {
  return "<div class=\"tile\"><b>" + html_text(value) + "</b>" + html_text(what) + "</div>\n";
}

std::string tiles_of(const LoadConditions& conditions, const LatencyFigures& run) {
  const Histogram& headline = run.spans[LatencySpan::due_to_book];
  std::string html;
  for (const auto& [name, fraction] : kPercentiles) {
    if (name == "p90") continue;  // so that the tiles fit one row
    html +=
        tile(duration_for_people(headline.quantile(fraction)), "due to book, " + std::string{name});
  }
  if (const auto hop = conditions.hops.larger()) {
    const double hops =
        static_cast<double>(headline.quantile(0.5).value) / static_cast<double>(hop->value);
    html += tile(grouped_rate(hops), "hops in the median");
  }
  return html;
}

// Printed on one page, if one is large enough.
std::string with_heading(std::string_view heading, const std::string& html) {
  return "<section>\n" + html_element("h2", heading) + html + "</section>\n";
}

struct Page {
  std::string title, why_invalid, tiles, before;
};

std::string whole_page(const Page& page, const LoadConditions& conditions,
                       const LatencyFigures& run) {
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
      html_element("title", page.title) + "<style>" + kBenchPageStyle + "</style></head><body>\n" +
      html_element("h1", page.title);
  html += html_element("p class=\"soft\"", conditions.load + "; " + conditions.source);
  if (!page.why_invalid.empty())
    html += html_element("p class=\"bad\"", "INVALID: " + page.why_invalid);
  if (const std::string unfit = unfit_text(conditions); !unfit.empty()) {
    html += html_element("p class=\"bad\"", unfit);
  }
  for (const std::string& damage : run.damage) html += html_element("p class=\"bad\"", damage);
  html += "<div class=\"tiles\">\n" + page.tiles + "</div>\n" + page.before;
  html += with_heading("How long events took, by stage", percentile_chart(conditions, run)) +
          percentile_html_table(conditions, run);
  html += html_element(
      "p class=\"soft\"",
      "An event's time counts from when it was due by the timetable, whatever held the "
      "feed or the engine up. What the machine alone shows, it does to every program.");
  html += with_heading("Latency over time", heat_chart(run.timeline));
  html += with_heading("The machine, and how it ran", facts(conditions, run));
  return html +
         with_heading("Where this comes from",
                      provenance_html(conditions.provenance) +
                          html_element("pre", conditions.provenance.command)) +
         "</body></html>\n";
}

}  // namespace

std::string page_of(const LatencyResults& results) {
  return whole_page({.title = "How long market data takes to its book",
                     .why_invalid = why_invalid(results),
                     .tiles = tiles_of(results, results.run),
                     .before = {}},
                    results, results.run);
}

std::string page_of(const SaturationResults& results) {
  const Saturation& found = results.found;
  std::string tiles;
  if (found.knee_per_s) {
    tiles += tile(rate_for_people(*found.knee_per_s),
                  found.knee_settled() ? "messages/s at the knee" : "messages/s, and no knee");
  }
  if (found.capacity_per_s) {
    tiles += tile(rate_for_people(*found.capacity_per_s), "messages/s, the most kept up with");
  }
  std::string before = with_heading("Load until waiting rules",
                                    html_element("p", knee_text(found)) +
                                        (found.steps.empty() ? std::string{} : knee_chart(found)));
  if (!found.steps.empty()) before += steps_html_table(found);
  before += html_element(
      "p class=\"soft\"",
      "What follows is of the fastest load within the limit, or of the slowest where none was.");
  return whole_page({.title = "How much market data the engine stands",
                     .why_invalid = why_invalid(results),
                     .tiles = tiles + tiles_of(results, found.at_knee),
                     .before = before},
                    results, found.at_knee);
}

}  // namespace tapedeck::tools
