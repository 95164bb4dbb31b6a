#include "tools/lab/throughput_results.hpp"

#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "engine/core/units.hpp"

namespace tapedeck::tools {
namespace {

std::vector<double> values_of(const ThroughputSeries& series,
                              double (*value)(const ReplayFigures&)) {
  std::vector<double> values;
  values.reserve(series.runs.size());
  for (const ReplayFigures& run : series.runs) values.push_back(value(run));
  return values;
}

}  // namespace

std::string why_invalid(const ThroughputResults& results) {
  const std::string taken = cores_taken_text(results);
  if (taken.empty() || results.agrees()) return taken + results.disagreement;
  return taken + "; " + results.disagreement;
}

ReplayFigures figures_in(const std::string& summary) {
  ReplayFigures figures;
  try {
    const auto json = nlohmann::ordered_json::parse(summary);
    figures.messages = json.at("messages").get<u64>();
    figures.events = json.at("events").get<u64>();
    figures.peak_rss_bytes = json.at("peak_rss_bytes").get<u64>();
    figures.elapsed_s = json.at("elapsed_s").get<double>();
    figures.digest = json.at("digest").get<std::string>();
    figures.threads = json.at("threads");
  } catch (const nlohmann::json::exception&) {
    throw std::runtime_error("a replay ended without a summary that can be read");
  }
  if (figures.messages == 0 || !(figures.elapsed_s > 0)) {
    throw std::runtime_error("a replay was too short to be timed; take a longer file");
  }
  return figures;
}

Spread spread_of(const std::vector<double>& values) {
  if (values.empty()) return {};
  const auto [low, high] = std::ranges::minmax_element(values);
  return {median_of(values), *low, *high};
}

std::vector<double> message_rates(const ThroughputSeries& series) {
  return values_of(series, [](const ReplayFigures& run) { return run.messages_per_s(); });
}

double median_event_rate(const ThroughputSeries& series) {
  return median_of(values_of(series, [](const ReplayFigures& run) { return run.events_per_s(); }));
}

double median_elapsed_s(const ThroughputSeries& series) {
  return median_of(values_of(series, [](const ReplayFigures& run) { return run.elapsed_s; }));
}

u64 most_memory(const ThroughputSeries& series) {
  u64 most = 0;
  for (const ReplayFigures& run : series.runs) most = std::max(most, run.peak_rss_bytes);
  return most;
}

MedianEstimate ratio_over(const ThroughputSeries& base, const ThroughputSeries& series) {
  std::vector<double> ratios(std::min(base.runs.size(), series.runs.size()));
  for (std::size_t round = 0; round < ratios.size(); ++round) {
    ratios[round] = series.runs[round].messages_per_s() / base.runs[round].messages_per_s();
  }
  return estimate_median(ratios);
}

std::string difference(const ReplayFigures& first, const ReplayFigures& run) {
  if (run.digest != first.digest) {
    return "digest " + run.digest + ", in the first run " + first.digest;
  }
  if (run.messages != first.messages) {
    return counted(run.messages, "message") + ", in the first run " + grouped(first.messages);
  }
  if (run.events != first.events) {
    return counted(run.events, "event") + " applied, in the first run " + grouped(first.events);
  }
  return {};
}

}  // namespace tapedeck::tools
