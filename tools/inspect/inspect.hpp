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

/// Exit codes as for `replay`. Throws UsageError, and std::exception on failures.
[[nodiscard]] ExitCode inspect(const InspectOptions& options);

}  // namespace tapedeck::tools
