// `tapedeck replay`: runs recorded feeds through the engine.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

/// Runs the replay and writes its results. Throws UsageError, and std::exception on failures.
[[nodiscard]] ExitCode replay(const ReplayOptions& options);

}  // namespace tapedeck::tools
