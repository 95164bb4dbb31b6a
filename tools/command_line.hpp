// Parses the command line into options, checks them, and runs the subcommand.
#pragma once

#include <span>

#include "tools/cli/error.hpp"

namespace tapedeck::tools {

/// Runs the whole command; main() only calls this function. Prints errors instead of throwing, and
/// returns the exit code.
[[nodiscard]] ExitCode run_command_line(std::span<char*> arguments);

}  // namespace tapedeck::tools
