// `tapedeck simulate`: a made market through the engine.
#pragma once

#include "engine/core/error.hpp"
#include "tools/options.hpp"

namespace tapedeck::tools {

/// Runs the simulation and writes its results; throws UsageError, and std::exception on failures.
[[nodiscard]] ExitCode simulate(const SimulateOptions& options);

/// Where `--record FILE` goes: FILE for one venue, else FILE with the venue's number before its
/// ending.
[[nodiscard]] std::vector<std::string> recording_paths(const std::string& path, std::size_t venues);

}  // namespace tapedeck::tools
