#include "tools/lab/latency_report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "engine/core/units.hpp"
#include "tools/lab/load_report.hpp"
#include "tools/run/machine_json.hpp"

namespace tapedeck::tools {

using latency::LatencySpan;
using nlohmann::ordered_json;

namespace {

std::string spans_table(const LatencyResults& results) {
  std::string text = percentile_heading("from, to");
  for (std::size_t i = 0; i < latency::kLatencySpans; ++i) {
    const std::string name = name_for_people(static_cast<LatencySpan>(i));
    const std::string& why = results.run.why_none[i];
    text += why.empty() ? percentile_row(name, results.run.spans[static_cast<LatencySpan>(i)])
                        : row_without_figures(name, why);
  }
  return text;
}

u64 negative_times(const LatencyResults& results) {
  u64 sum = 0;
  for (std::size_t i = 0; i < latency::kLatencySpans; ++i) {
    sum += results.run.spans[static_cast<LatencySpan>(i)].negative();
  }
  return sum;
}

// Formats the headline's median as "4.1 hops from core to core".
std::string in_hops(const LatencyResults& results) {
  const auto hop = results.hops.larger();
  if (!hop) return {};
  const auto of = [&](LatencySpan span) {
    return static_cast<double>(results.run.spans[span].quantile(0.5).value) /
           static_cast<double>(hop->value);
  };
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(),
                "  medians     due to book %.1f, ingress to book %.1f times the hop\n",
                of(LatencySpan::due_to_book), of(LatencySpan::ingress_to_book));
  return text.data();
}

std::string run_text(const LatencyResults& results) {
  const LatencyFigures& run = results.run;
  std::string text;
  text += "  load        " + results.load + "; " + counted(run.messages, "message") + " in " +
          duration_for_people(run.timed_span) + " after a warm-up of " +
          duration_for_people(results.warm_up) + "\n";
  text += "  achieved    " +
          counted(static_cast<u64>(std::llround(run.achieved_per_s)), "message") + "/s of " +
          grouped(static_cast<u64>(std::llround(run.offered_per_s))) + " offered";
  if (run.dropped > 0) text += ", " + counted(run.dropped, "event") + " dropped";
  text += "\n  sampled    " +
          (results.sample_every == 1 ? std::string{"every event"}
                                     : "one event of " + std::to_string(results.sample_every)) +
          "\n";
  const u64 seen = run.spans[LatencySpan::due_to_visible].count();
  const u64 sampled = run.spans[LatencySpan::due_to_book].count();
  if (seen > 0 && seen < sampled) {
    text += "  visible     " + grouped(seen) + " of " + grouped(sampled) +
            " sampled; the reader came to the others too late to see their book as they left it\n";
  }
  if (run.cut_stalls && run.cut_stalls->count() > 0) {
    text += "  snapshots   " + counted(run.cut_stalls->count(), "report") +
            ", of which half held a shard up for at most " +
            duration_for_people(run.cut_stalls->quantile(0.5)) + ", the longest for " +
            duration_for_people(run.cut_stalls->max()) + "\n";
  }
  if (const u64 negative = negative_times(results); negative > 0) {
    text += "  negative    " + counted(negative, "time") +
            " below zero, left out: the clocks disagree\n";
  }
  return text;
}

ordered_json windows_of(const LatencyResults& results, LatencySpan span) {
  ordered_json json = ordered_json::object();
  for (const auto& [name, fraction] : kPercentiles) {
    ordered_json& values = json[std::string{name}] = ordered_json::array();
    for (const latency::SpanTimes& window : results.run.windows) {
      values.push_back(window[span].count() > 0
                           ? ordered_json(window[span].quantile(fraction).value)
                           : ordered_json(nullptr));
    }
  }
  return json;
}

ordered_json json_of_span(const LatencyResults& results, LatencySpan span) {
  if (!results.run.why_none[static_cast<std::size_t>(span)].empty()) return nullptr;
  const Histogram& histogram = results.run.spans[span];
  ordered_json json = percentiles_of(histogram);
  json["mean"] = histogram.mean();
  json["negative"] = histogram.negative();
  json["windows"] = windows_of(results, span);
  return json;
}

// Returns the data of a heat map: one list per slice, of [least latency of a size, count].
ordered_json json_of_timeline(const latency::LatencyTimeline& timeline) {
  ordered_json slices = ordered_json::array();
  for (std::size_t slice = 0; slice < timeline.slices(); ++slice) {
    ordered_json& sizes = slices.emplace_back(ordered_json::array());
    for (std::size_t size = 0; size < latency::LatencyTimeline::kSizes; ++size) {
      const u64 count = timeline.count(slice, size);
      if (count > 0) sizes.push_back({latency::LatencyTimeline::lowest_of(size).value, count});
    }
  }
  return {{"slice_ns", timeline.slice().value}, {"slices", std::move(slices)}};
}

}  // namespace

std::string why_invalid(const LatencyResults& results) {
  const std::string taken = cores_taken_text(results);
  const std::string why = results.run.why_invalid();
  return taken.empty() || why.empty() ? taken + why : taken + "; " + why;
}

std::string table_of(const LatencyResults& results) {
  std::string text;
  if (const std::string why = why_invalid(results); !why.empty()) text += "INVALID: " + why + "\n";
  text += unfit_text(results);
  text += spans_table(results) + "\n" + noise_table(results) + "\n" + run_text(results) +
          conditions_text(results, results.run.placements, in_hops(results));
  return text;
}

ordered_json json_of(const LatencyResults& results) {
  const LatencyFigures& run = results.run;
  ordered_json json = ordered_json::object();
  const std::string why = why_invalid(results);
  json["benchmark"] = "latency";
  json["valid"] = why.empty();
  json["why_invalid"] = why.empty() ? ordered_json(nullptr) : ordered_json(why);
  json["offered_per_s"] = run.offered_per_s;
  json["achieved_per_s"] = run.achieved_per_s;
  ordered_json& why_none = json["stages_why_none"] = ordered_json::object();
  ordered_json& stages = json["stages"] = ordered_json::object();
  for (std::size_t i = 0; i < latency::kLatencySpans; ++i) {
    const std::string name{latency::kLatencySpanNames[i]};
    stages[name] = json_of_span(results, static_cast<LatencySpan>(i));
    if (!run.why_none[i].empty()) why_none[name] = run.why_none[i];
  }
  json["cut_ns"] = nullptr;
  if (run.cut_stalls) json["cut_ns"] = percentiles_of(*run.cut_stalls);
  json["due_to_book_over_time"] = json_of_timeline(run.timeline);
  json["messages"] = run.messages;
  json["warm_up_messages"] = run.warm_up_messages;
  json["timed_ns"] = run.timed_span.value;
  json["ran_dry"] = run.ran_dry;
  json["overdue"] = run.overdue;
  json["dropped"] = run.dropped;
  json["damage"] = run.damage;
  json["warnings"] = run.warnings;
  json.update(conditions_json(results, run.placements));
  return json;
}

}  // namespace tapedeck::tools
