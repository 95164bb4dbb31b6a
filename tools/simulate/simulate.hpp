// `tapedeck simulate`: a made market through the engine.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

/// Runs the simulation and writes its results; throws UsageError, and std::exception on failures.
[[nodiscard]] ExitCode simulate(const SimulateOptions& options);

}  // namespace tapedeck::tools
