// Finds the highest load of an engine: raises the rate until the latency exceeds a limit.
//
// The search calls a function to measure a rate, so that it can run without an engine. One thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/histogram.hpp"
#include "tools/lab/latency_figures.hpp"
#include "tools/run/machine_json.hpp"

namespace tapedeck::tools {

struct KneeSearch {
  double first_per_s = 100'000;            // messages
  double last_per_s = 100'000'000;         // the highest rate tried
  NamedPercentile percentile{"p90", 0.9};  // of due_to_book; it must stay within the limit
  std::optional<Nanos> latency_limit;      // else kKneeFactor times the first step's value
};

/// The knee is the rate from which waiting dominates: ten times the latency of an almost idle
/// engine.
inline constexpr i64 kKneeFactor = 10;
/// The rate is doubled until it is too much; then the interval between is bisected to this ratio.
inline constexpr double kKneePrecision = 1.1;
/// A first step that sets the limit, and a step that fails, are run this many times in all. The
/// median run by the deciding percentile counts, because one hiccup of the machine is no knee and
/// the best run is not representative.
inline constexpr u32 kRunsThatDecide = 3;
/// A run that achieves less than this share of its load, and is behind by more than kLongestHiccup
/// at its end, is not repeated.
inline constexpr double kHopeless = 0.9;
inline constexpr Nanos kLongestHiccup{100'000'000};

/// The result of one rate.
struct LoadStep {
  double asked_per_s = 0;  // messages
  double offered_per_s = 0, achieved_per_s = 0;
  bool kept_up = false;
  double fraction = 0;        // of the deciding percentile
  std::string why;            // why not kept up
  bool within_limit = false;  // kept up, with the percentile within the limit
  u32 runs = 1;
  u64 dropped = 0;  // events
  bool ran_dry = false;
  Nanos timed_span{0};
  Histogram due_to_book, ingress_to_book;
  QueueDepths queue;

  [[nodiscard]] Nanos waiting() const { return due_to_book.quantile(fraction); }
};

struct Saturation {
  std::vector<LoadStep> steps;  // by rate
  std::string percentile;       // the deciding one: "p90"
  Nanos latency_limit{0};
  std::optional<double> knee_per_s;      // the fastest load up to which all were within the limit
  std::optional<double> capacity_per_s;  // the fastest step that was kept up with, at any latency
  bool knee_found = false;   // a faster load was too much; else the knee is at least knee_per_s
  LatencyFigures at_knee;    // the full figures at knee_per_s; if none, of the slowest
  bool interrupted = false;  // stopped before the search had ended

  /// True when the knee is known to kKneePrecision.
  [[nodiscard]] bool knee_settled() const { return knee_found && !interrupted; }

  /// Empty when there is a knee, or a rate below it, and the search has ended.
  [[nodiscard]] std::string why_invalid() const;
};

/// Runs a load of `per_s` messages per second. Empty when it was stopped.
using MeasureLoad = std::function<std::optional<LatencyFigures>(double per_s)>;

[[nodiscard]] Saturation find_knee(const KneeSearch& search, const MeasureLoad& measure);

}  // namespace tapedeck::tools
