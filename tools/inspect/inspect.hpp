// `tapedeck inspect`: shows the content of recorded feeds, without building books.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct InspectOptions {
  ReplayOptions input;
  bool json = false;
  bool quiet = false;
};

/// Prints the content of the input. Returns the same exit codes as `replay`. Throws UsageError, and
/// other std::exceptions on failures.
[[nodiscard]] ExitCode inspect(const InspectOptions& options);

}  // namespace tapedeck::tools
