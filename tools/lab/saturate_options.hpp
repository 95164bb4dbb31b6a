// The options of `bench saturate`, and the functions that derive the search and the plan of each
// step from these options. A step is one run at one rate.
#pragma once

#include <string>

#include "tools/lab/latency_options.hpp"
#include "tools/lab/saturation.hpp"

namespace tapedeck::tools {

struct SaturateOptions {
  LatencyOptions load;  // each step sets its own rate; `duration` is that of one step
  std::string first = "100k", last = "100M";  // messages per second
  std::string percentile = "p90";  // the percentile of due_to_book that must stay within the limit
  std::string limit = "auto";      // a duration, or "auto" (see kKneeFactor)
};

/// Returns the search that the options describe. Throws UsageError.
[[nodiscard]] KneeSearch knee_search(const SaturateOptions& options);
/// Returns the plan of one step at `per_s` messages per second. If the step's messages would not
/// fit into memory that is filled beforehand, makes the step shorter: otherwise the feed would have
/// to fetch messages during the step, and the step would measure the speed of fetching. Throws
/// UsageError if not even one period of bursts fits, and the exceptions of latency_plan().
[[nodiscard]] LatencyPlan plan_of_step(const SaturateOptions& options, double per_s);

}  // namespace tapedeck::tools
