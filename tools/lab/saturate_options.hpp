// What `bench saturate` is asked for, and what that comes to.
#pragma once

#include <string>

#include "tools/lab/latency_options.hpp"
#include "tools/lab/saturation.hpp"

namespace tapedeck::tools {

struct SaturateOptions {
  LatencyOptions load;  // its rate is that of each step; one step lasts its duration
  std::string first = "100k", last = "100M";  // messages a second
  std::string percentile = "p90";             // of due_to_book, that must stay within the limit
  std::string limit = "auto";                 // or a time
};

/// Throws UsageError.
[[nodiscard]] KneeSearch knee_search(const SaturateOptions& options);
/// The plan of one step, at so many messages a second. What a step's messages would not fit into,
/// prepared, makes it shorter: else it would be measured how fast they can be made. Throws as
/// above.
[[nodiscard]] LatencyPlan plan_of_step(const SaturateOptions& options, double per_s);

}  // namespace tapedeck::tools
