// `tapedeck bench latency`: measures how long events take through the engine under an open-loop
// load.
//
// 1. An event's latency counts from its due time, even when the feed or the engine was held up.
// 2. Two limits of the machine are measured directly before and after the run: the core hop and the
//    spin noise. They are measured on the cores to which the engine's threads are pinned.
// 3. A run that could not keep up with its load is invalid, and the report says so first (exit 4).
#pragma once

#include "tools/cli/error.hpp"
#include "tools/lab/latency_options.hpp"

namespace tapedeck::tools {

/// Writes the results to standard output. Throws UsageError, and std::exception on failures.
[[nodiscard]] ExitCode bench_latency(const LatencyOptions& options);

}  // namespace tapedeck::tools
