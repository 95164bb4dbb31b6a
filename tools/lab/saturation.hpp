// How much load an engine stands: the rate is raised until latency shows that it does not.
//
// Pure: what a rate comes to is asked of a function, so that the search can be run without an
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
  double first_per_s = 100'000;            // messages
  double last_per_s = 100'000'000;         // the rate is not raised beyond
  NamedPercentile percentile{"p90", 0.9};  // of due_to_book: what must stay within the limit
  std::optional<Nanos> latency_limit;      // else kKneeFactor times that of the first
};

/// The knee is where waiting begins to rule: ten times what it is with next to nothing to do.
inline constexpr i64 kKneeFactor = 10;
/// The rate is doubled until it is too much; then what lies between is halved, to this ratio.
inline constexpr double kKneePrecision = 1.1;
/// The first step, where it sets the limit, and one that fails are run so often in all, and count
/// as the middle one of their runs by that percentile: one hiccup of the machine is no knee, and
/// the best run is not the truth either.
inline constexpr u32 kRunsThatDecide = 3;
/// A run that achieves less than this of its load, and is behind by more than a hiccup at its end,
/// is not repeated.
inline constexpr double kHopeless = 0.9;
inline constexpr Nanos kLongestHiccup{100'000'000};

/// What a load of one rate came to.
struct LoadStep {
  double asked_per_s = 0;  // messages
  double offered_per_s = 0, achieved_per_s = 0;
  bool kept_up = false;
  double fraction = 0;        // of the percentile that decides
  std::string why;            // not, then
  bool within_limit = false;  // kept up, and did not wait too long
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
  std::string percentile;       // that decides: "p90"
  Nanos latency_limit{0};
  std::optional<double> knee_per_s;  // the fastest load within the limit, all slower ones too
  std::optional<double>
      capacity_per_s;        // the fastest step that was kept up with, whatever it waited
  bool knee_found = false;   // a faster load was too much; else the knee is at least that
  LatencyFigures at_knee;    // whole, of the run at knee_per_s; else of the slowest
  bool interrupted = false;  // before all that was to be tried was

  /// The knee is as exact as it gets: kKneePrecision.
  [[nodiscard]] bool knee_settled() const { return knee_found && !interrupted; }

  /// Empty: there is a knee, or at least a rate below it, and nothing was left to try.
  [[nodiscard]] std::string why_invalid() const;
};

/// Runs a load of so many messages a second; empty when it was stopped.
using MeasureLoad = std::function<std::optional<LatencyFigures>(double per_s)>;

[[nodiscard]] Saturation find_knee(const KneeSearch& search, const MeasureLoad& measure);

}  // namespace tapedeck::tools
