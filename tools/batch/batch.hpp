// `tapedeck batch`: many recorded files at once, each by an engine of its own.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

/// Runs the files and writes their results; one that fails stops no other. Throws UsageError before
/// anything has run, and std::exception on failures.
[[nodiscard]] ExitCode batch(const BatchOptions& options);

}  // namespace tapedeck::tools
