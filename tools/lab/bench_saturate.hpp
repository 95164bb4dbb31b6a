// `tapedeck bench saturate`: finds the load from which waiting dominates latency.
//
// Each rate is a run of its own, as in bench latency: an open-loop load, with latency counted from
// the due time. The rate is doubled until a run exceeds the limit; then the interval between the
// last two rates is bisected.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/lab/saturate_options.hpp"

namespace tapedeck::tools {

/// Writes the results to standard output. `command`: what the user typed, for the report. Throws
/// UsageError, and std::exception on failures.
[[nodiscard]] ExitCode bench_saturate(const SaturateOptions& options, const std::string& command);

}  // namespace tapedeck::tools
