// The options of `bench saturate`, and the search and plans made from them.
#pragma once

#include <string>

#include "tools/lab/latency_options.hpp"
#include "tools/lab/saturation.hpp"

namespace tapedeck::tools {

struct SaturateOptions {
  LatencyOptions load;  // its rate is set for each step; its duration is that of one step
  std::string first = "100k", last = "100M";  // messages per second
  std::string percentile = "p90";             // of due_to_book; it must stay within the limit
  std::string limit = "auto";                 // or a duration; auto: see kKneeFactor
};

/// Returns the search that the options describe. Throws UsageError.
[[nodiscard]] KneeSearch knee_search(const SaturateOptions& options);
/// Returns the plan of one step at `per_s` messages per second. A step whose messages would not fit
/// into prepared memory is made shorter, because it would otherwise measure how fast messages can
/// be made. Throws what latency_plan() throws.
[[nodiscard]] LatencyPlan plan_of_step(const SaturateOptions& options, double per_s);

}  // namespace tapedeck::tools
