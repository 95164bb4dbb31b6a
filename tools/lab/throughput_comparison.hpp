// Compares two results of `bench throughput`: finds the numbers of shards with which one is faster
// by more than each varies between its rounds. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tools/lab/compare_thresholds.hpp"
#include "tools/lab/latency_comparison.hpp"
#include "tools/lab/run_spread.hpp"

namespace tapedeck::tools {

struct SavedThroughput {
  struct Series {
    u32 shards = 0;
    double messages_per_s = 0;   // the median of all rounds
    std::vector<double> rounds;  // messages per second of each
  };
  std::string file;
  bool valid = true;
  std::string why_invalid;
  std::vector<Series> series;
  bool fit_for_figures = true;
  // What the figures depend on: name and value.
  std::vector<std::pair<std::string, std::string>> setup;
};

/// Reads a parsed result of `bench throughput`; `file` is the file's name in messages. Throws
/// UsageError.
[[nodiscard]] SavedThroughput saved_throughput_in(const nlohmann::json& result,
                                                  const std::string& file);

struct ComparedSeries {
  u32 shards = 0;
  double a = 0, b = 0;  // messages per second
  // Over the rounds; empty if there are too few.
  std::optional<RunSpread<double>> a_spread, b_spread;
  Verdict verdict = Verdict::same;

  [[nodiscard]] double ratio() const { return b / a; }
};

struct ThroughputComparison {
  SavedThroughput a, b;
  std::vector<ComparedSeries> series;  // the numbers of shards in both, in A's order

  [[nodiscard]] bool valid() const { return a.valid && b.valid; }
  [[nodiscard]] Verdict verdict() const;
  [[nodiscard]] bool differs() const;
  [[nodiscard]] std::vector<std::string> warnings() const;
};
[[nodiscard]] ThroughputComparison compared(SavedThroughput a, SavedThroughput b,
                                            const CompareThresholds& thresholds);

/// The report for people, as lines or as Markdown, and for programs.
[[nodiscard]] std::string table_of(const ThroughputComparison& comparison);
[[nodiscard]] std::string markdown_of(const ThroughputComparison& comparison);
[[nodiscard]] nlohmann::ordered_json json_of(const ThroughputComparison& comparison);

}  // namespace tapedeck::tools
