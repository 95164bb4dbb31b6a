// Parses the command line into options, checks them, and runs the subcommand.
#pragma once

#include <span>

#include "tools/cli/error.hpp"

namespace tapedeck::tools {

/// Everything but main(): never throws, prints its errors, returns the exit code.
[[nodiscard]] ExitCode run_command_line(std::span<char*> arguments);

}  // namespace tapedeck::tools
