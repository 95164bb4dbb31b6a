// `tapedeck bench saturate`: finds the load from which waiting dominates latency.
//
// Each rate is measured in a run of its own, as in `bench latency`: with an open-loop load, and
// latency counted from the due time. The rate is doubled until a run exceeds the latency limit.
// Then the interval between the last two rates is bisected.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/lab/saturate_options.hpp"

namespace tapedeck::tools {

/// Writes the results to standard output. Throws UsageError, and other std::exceptions on failures.
[[nodiscard]] ExitCode bench_saturate(const SaturateOptions& options);

}  // namespace tapedeck::tools
