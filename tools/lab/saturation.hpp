// Finds the knee: the highest rate of messages at which the latency stays within a limit.
//
// The search calls a function to measure the latency at a rate, so that tests can run it without an
// engine. One thread.
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
  double first_per_s = 100'000;            // messages per second in the first step
  double last_per_s = 100'000'000;         // the highest rate tried, in messages per second
  NamedPercentile percentile{"p90", 0.9};  // of due_to_book; it must stay within the limit
  std::optional<Nanos> latency_limit;      // empty: kKneeFactor times the first step's latency
};

/// If no limit is given, the limit is this many times the first step's latency. The engine is
/// almost idle in the first step. Above the limit, waiting therefore dominates the latency.
inline constexpr i64 kKneeFactor = 10;
/// The rate is doubled until a step exceeds the limit. Then the interval between the last two rates
/// is bisected until the ratio of its ends is at most this.
inline constexpr double kKneePrecision = 1.1;
/// A first step that sets the limit, and a step that fails, are run this many times in all. The run
/// whose deciding percentile is the median counts. A single run does not suffice, because a hiccup
/// of the machine is not a knee. The best run does not count, because it is not representative.
inline constexpr u32 kRunsThatDecide = 3;
/// A run that achieves less than this share of its load, and is behind by more than kLongestHiccup
/// at its end, is not repeated.
inline constexpr double kHopeless = 0.9;
inline constexpr Nanos kLongestHiccup{100'000'000};

/// The result of one rate.
struct LoadStep {
  double asked_per_s = 0;  // messages per second
  double offered_per_s = 0, achieved_per_s = 0;
  bool kept_up = false;
  double fraction = 0;        // the deciding percentile: 0.9 for p90
  std::string why;            // why the engine did not keep up
  bool within_limit = false;  // kept up, and the deciding percentile is within the limit
  u32 runs = 1;
  u64 dropped = 0;  // number of events
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
  // The highest rate up to which all steps were within the limit.
  std::optional<double> knee_per_s;
  // The highest rate that the engine kept up with, at any latency.
  std::optional<double> capacity_per_s;
  bool knee_found = false;   // a higher rate was too much; if false, the knee is >= knee_per_s
  LatencyFigures at_knee;    // all figures at knee_per_s; without a knee, at the lowest rate
  bool interrupted = false;  // stopped before the search had ended

  /// Returns true if the knee is known to kKneePrecision.
  [[nodiscard]] bool knee_settled() const { return knee_found && !interrupted; }

  /// Returns why the result is not valid; empty when the search has ended and knee_per_s has a
  /// value.
  [[nodiscard]] std::string why_invalid() const;
};

/// Runs a load of `per_s` messages per second. Returns nothing when the run was stopped.
using MeasureLoad = std::function<std::optional<LatencyFigures>(double per_s)>;

[[nodiscard]] Saturation find_knee(const KneeSearch& search, const MeasureLoad& measure);

}  // namespace tapedeck::tools
