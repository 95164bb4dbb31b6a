// The page of a benchmark: whole, alone, and what it shows is where the figures say.
#include "tools/lab/bench_page.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <stack>

#include <gtest/gtest.h>

#include "tools/lab/svg_chart.hpp"

namespace tapedeck::tools {
namespace {

std::size_t occurrences(const std::string& text, const std::string& of) {
  std::size_t count = 0;
  for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++count;
  return count;
}

// Every element that is opened is closed, in order; returns what is wrong, if anything is.
std::string unbalanced(const std::string& html) {
  const std::set<std::string> empty{"meta", "!doctype"};
  std::stack<std::string> open;
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const std::size_t end = html.find('>', at);
    if (end == std::string::npos) return "an element without end";
    const bool closes = html[at + 1] == '/';
    std::size_t to = at + 1 + (closes ? 1 : 0);
    const std::size_t from = to;
    while (std::isalnum(static_cast<unsigned char>(html[to])) != 0 || html[to] == '!') ++to;
    const std::string name = html.substr(from, to - from);
    if (html[end - 1] == '/' || empty.contains(name)) continue;
    if (!closes) {
      open.push(name);
    } else if (open.empty() || open.top() != name) {
      return "</" + name + "> closes " + (open.empty() ? "nothing" : open.top());
    } else {
      open.pop();
    }
  }
  return open.empty() ? "" : open.top() + " is left open";
}

void expect_alone_and_whole(const std::string& page) {
  EXPECT_EQ(unbalanced(page), "");
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
  for (const char* reaches_out : {"http", "src=", "href=", "url(", "@import", "<script"}) {
    EXPECT_EQ(page.find(reaches_out), std::string::npos) << reaches_out;
  }
  for (const char* no_number : {"nan", "inf,", "\"inf", "-inf"}) {
    EXPECT_EQ(page.find(no_number), std::string::npos) << no_number;
  }
}

TEST(BenchPage, HasATestThatStillFindsWhatIsNotWhole) {
  EXPECT_EQ(unbalanced("<p>a<b>b</b></p><line x=\"1\"/>"), "");
  EXPECT_NE(unbalanced("<p>a<b>b</p></b>"), "");
  EXPECT_NE(unbalanced("<p>"), "");
  EXPECT_NE(unbalanced("</p>"), "");
}

LatencyFigures run_of(u64 events) {
  LatencyFigures run;
  run.messages = events;
  run.offered_per_s = run.achieved_per_s = 1'000;
  run.timed_span = {kNanosPerSecond};
  run.timeline = latency::LatencyTimeline{{kNanosPerSecond / 100}, 100};
  for (u64 i = 0; i < events; ++i) {
    const auto at = static_cast<i64>(i * kNanosPerSecond / events);
    const Nanos booked{at + 100 + static_cast<i64>(i % 1'000)};
    run.spans.record({.due = {at}, .ingress = {at + 50}, .dequeued = {0}, .booked = booked});
    run.timeline.record({at}, booked - Nanos{at});
  }
  for (std::size_t span = 3; span < latency::kLatencySpans; ++span)
    run.why_none[span] = "nobody asked";
  return run;
}

LatencyResults results_of(u64 events) {
  LatencyResults results;
  results.run = run_of(events);
  results.provenance.command = "tapedeck bench latency";
  return results;
}

TEST(BenchPage, ShowsACurveAStageAndAColumnASlice) {
  const std::string page = page_of(results_of(10'000));
  expect_alone_and_whole(page);
  EXPECT_EQ(occurrences(page, "<svg viewBox=\"0 0 960"), 2U);
  EXPECT_EQ(occurrences(page, "<polyline"), 3U);
  EXPECT_EQ(occurrences(page, "class=\"tip\""), 100U);
  EXPECT_EQ(occurrences(page, "not measured: nobody asked"), latency::kLatencySpans - 3);
  EXPECT_NE(page.find("due to book, p50: 599 ns"), std::string::npos);
  EXPECT_NE(page.find("due to book, max: 1.1 us"), std::string::npos);
  EXPECT_NE(page.find(": 100 sampled, half below "), std::string::npos);
  EXPECT_NE(page.find("<pre>tapedeck bench latency</pre>"), std::string::npos);
}

TEST(BenchPage, DrawsTheHeadlineStageOnTopAndMarksItInTheLegend) {
  const std::string page = page_of(results_of(10'000));
  EXPECT_NE(page.find("<span class=\"c0 headline\"><i>due to book (headline)</i>"),
            std::string::npos);
  EXPECT_EQ(page.rfind("<polyline"), page.find("<polyline class=\"c0 headline\""));
}

// Each field of the heat map has a colour that the legend explains, with the counts of the fields.
TEST(BenchPage, ExplainsTheColoursOfTheHeatMap) {
  LatencyResults results = results_of(10'000);
  const std::string page = page_of(results);
  const std::string legend = page.substr(page.find("class=\"legend heat\""));
  const latency::LatencyTimeline& timeline = results.run.timeline;
  u64 most = 0;
  for (std::size_t slice = 0; slice < timeline.slices(); ++slice) {
    for (std::size_t size = 0; size < latency::LatencyTimeline::kSizes; ++size) {
      most = std::max(most, timeline.count(slice, size));
    }
  }
  for (std::size_t level = 1; level <= kHeatLevels; ++level) {
    const std::string name = "class=\"h" + std::to_string(level) + "\"";
    if (page.find("<path " + name) == std::string::npos) continue;
    EXPECT_NE(legend.find("<rect " + name), std::string::npos) << level;
  }
  EXPECT_NE(legend.find("</svg>1</span>"), std::string::npos);
  EXPECT_NE(legend.find(" to " + std::to_string(most) + "</span>"), std::string::npos);
}

TEST(BenchPage, IsPrintedWithoutBreaksInChartsAndRows) {
  const std::string page = page_of(results_of(100));
  const std::size_t print = page.find("@media print");
  ASSERT_NE(print, std::string::npos);
  EXPECT_NE(page.find("section, .chart, .tiles, table, tr, pre { break-inside: avoid; }", print),
            std::string::npos);
  EXPECT_NE(page.find("h1, h2 { break-after: avoid; }", print), std::string::npos);
  // A table that needs two pages has its heading on both.
  EXPECT_EQ(occurrences(page, "<thead>"), occurrences(page, "class=\"scroll\""));
  EXPECT_EQ(occurrences(page, "<svg viewBox=\"0 0 960"), occurrences(page, "<section>\n<h2>") - 2)
      << "a chart stays with its heading; so do the facts and the command";
}

TEST(BenchPage, ShowsWhatTheUserTypedAsItStands) {
  LatencyResults results = results_of(10);
  results.source = "<script>alert('a & \"b\"')</script>.itch";
  results.run.damage = {"</p><b>"};
  const std::string page = page_of(results);
  expect_alone_and_whole(page);
  EXPECT_NE(page.find("&lt;script&gt;alert(&#39;a &amp; &quot;b&quot;&#39;)&lt;/script&gt;.itch"),
            std::string::npos);
}

TEST(BenchPage, SaysWhereItComesFrom) {
  LatencyResults results = results_of(10);
  results.provenance.version = "1.2.3";
  results.provenance.commit = "c0ffee";
  results.provenance.host = "<host>";
  results.provenance.time = {kNanosPerSecond};
  results.provenance.inputs = {{"day.itch", 1'000}};
  const std::string page = page_of(results);
  expect_alone_and_whole(page);
  for (const char* text :
       {"1.2.3, commit c0ffee", "&lt;host&gt;", "1970-01-01T00:00:01", "<td>day.itch, "}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
}

TEST(BenchPage, SaysFirstThatARunDoesNotCount) {
  LatencyResults results = results_of(10);
  EXPECT_EQ(page_of(results).find("INVALID"), std::string::npos);
  results.run.dropped = 3;
  const std::string page = page_of(results);
  EXPECT_LT(page.find("INVALID: 3 events were dropped"), page.find("class=\"tiles\""));
}

TEST(BenchPage, OfNothingIsAPageToo) {
  expect_alone_and_whole(page_of(LatencyResults{}));
  expect_alone_and_whole(page_of(results_of(1)));
  LatencyResults endless = results_of(1);
  endless.run.spans.record({.due = {0},
                            .ingress = {0},
                            .dequeued = {0},
                            .booked = {Histogram::kHighest + kNanosPerSecond}});
  endless.run.spans.record({.due = {0}, .ingress = {0}, .dequeued = {0}, .booked = {0}});
  expect_alone_and_whole(page_of(endless));
}

TEST(BenchPage, OfASaturationShowsTheKnee) {
  SaturationResults results;
  results.found = find_knee({}, [](double per_s) {
    LatencyFigures run = run_of(200);
    run.offered_per_s = per_s;
    run.achieved_per_s = std::min(per_s, 1e6);
    return std::optional{run};
  });
  const std::string page = page_of(results);
  expect_alone_and_whole(page);
  EXPECT_EQ(occurrences(page, "<svg viewBox=\"0 0 960"), 3U);
  // A dot for each of three percentiles of every step, and those of the stages.
  EXPECT_GE(occurrences(page, "<circle"), 3 * results.found.steps.size());
  EXPECT_NE(page.find(">knee: " + rate_for_people(*results.found.knee_per_s)), std::string::npos);
  EXPECT_NE(page.find("not kept up"), std::string::npos);
}

TEST(BenchPage, OfALoadThatWasTooMuchFromTheStart) {
  SaturationResults results;
  results.found = find_knee({}, [](double per_s) {
    LatencyFigures run = run_of(10);
    run.offered_per_s = per_s;
    run.achieved_per_s = 1;
    return std::optional{run};
  });
  const std::string page = page_of(results);
  expect_alone_and_whole(page);
  EXPECT_NE(page.find("no knee: "), std::string::npos);
}

TEST(SvgChart, PutsPointsWhereTheirSharesSay) {
  const ChartLine line{.points = {{0, 0, {}}, {1, 1, {}}}, .marks = {{0.5, 0.5, "<half>"}}};
  const std::string svg = line_chart({}, {line});
  EXPECT_NE(svg.find("points=\"78.0,346.0 942.0,14.0 \""), std::string::npos) << svg;
  EXPECT_NE(svg.find("cx=\"510.0\" cy=\"180.0\"><title>&lt;half&gt;</title>"), std::string::npos);
}

TEST(SvgChart, HeatGoesByColumnAndLevel) {
  const std::string svg = heat_map({}, {{1, 0, 0.5, 8}, {0, 0.5, 1, 99}}, {"first", "second"});
  EXPECT_EQ(occurrences(svg, "<path"), 1U);  // both of the highest level
  EXPECT_NE(svg.find("M510.0 180.0h432.0v166.0h-432.0z"), std::string::npos) << svg;
  EXPECT_NE(svg.find("<title>second</title>"), std::string::npos);
}

TEST(SvgChart, DrawsAHeadlineOverAllOtherLines) {
  const auto line = [](std::size_t colour, bool headline) {
    return ChartLine{.colour = colour,
                     .dashed = false,
                     .headline = headline,
                     .points = {{0, 0, {}}, {1, 1, {}}},
                     .marks = {{0.5, 0.5, {}}}};
  };
  const std::string svg = line_chart({}, {line(0, true), line(1, false), line(2, false)});
  const std::size_t headline = svg.find("class=\"c0 headline\"");
  ASSERT_NE(headline, std::string::npos);
  EXPECT_GT(headline, svg.rfind("class=\"c1\""));
  EXPECT_GT(headline, svg.rfind("class=\"c2\""));
  EXPECT_GT(svg.rfind("<circle class=\"c0\""), headline);
}

TEST(SvgChart, HasAStepForEveryCountOfAHeatMap) {
  for (const u64 most : {1U, 2U, 3U, 8U, 9U, 100U, 5'000U, 123'456U}) {
    const std::vector<HeatStep> steps = heat_steps(most);
    ASSERT_FALSE(steps.empty());
    EXPECT_LE(steps.size(), kHeatLevels);
    u64 next = 1;
    for (const HeatStep& step : steps) {
      EXPECT_EQ(step.from, next) << most;
      EXPECT_EQ(heat_level(step.from, most), step.level) << most;
      EXPECT_EQ(heat_level(step.to, most), step.level) << most;
      next = step.to + 1;
    }
    EXPECT_EQ(next, most + 1);
    EXPECT_TRUE(std::ranges::is_sorted(steps, {}, &HeatStep::level));
    if (most > 1) {
      EXPECT_EQ(steps.back().level, kHeatLevels);
    }
  }
}

}  // namespace
}  // namespace tapedeck::tools
