// `tapedeck bench saturate`: how much load the engine stands before waiting begins to rule.
//
// Each rate is a run of its own, as of bench latency: an open-loop load, times counted from when an
// event was due. The rate is doubled until a run is too much, then what lies between is halved.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/lab/saturate_options.hpp"

namespace tapedeck::tools {

/// Writes the results to standard output. `command`: what the user typed, for the report. Throws
/// UsageError, and std::exception on failures.
[[nodiscard]] ExitCode bench_saturate(const SaturateOptions& options, const std::string& command);

}  // namespace tapedeck::tools
