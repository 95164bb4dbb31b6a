// `tapedeck inspect`: what is in recorded feeds, without keeping books.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct InspectOptions {
  ReplayOptions input;
  bool json = false;
  bool quiet = false;
};

/// Exit codes as replay. Throws UsageError, and std::exception on failures.
[[nodiscard]] ExitCode inspect(const InspectOptions& options);

}  // namespace tapedeck::tools
