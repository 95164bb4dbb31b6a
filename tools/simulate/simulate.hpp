// `tapedeck simulate`: runs a simulated market through the engine.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

/// Runs the simulation and writes its results. Throws UsageError, and std::exception on failures.
[[nodiscard]] ExitCode simulate(const SimulateOptions& options);

}  // namespace tapedeck::tools
