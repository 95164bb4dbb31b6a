// `tapedeck batch`: runs many recorded files at once, each on an engine of its own.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

/// Runs the files and writes their results. A file that fails does not stop the others. Throws
/// UsageError before anything has run, and std::exception on failures.
[[nodiscard]] ExitCode batch(const BatchOptions& options);

}  // namespace tapedeck::tools
