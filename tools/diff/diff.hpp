// `tapedeck diff`: where two recordings part.
#pragma once

#include <string>

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct DiffOptions {
  ReplayOptions input;  // how both are to be read; its paths are A and B
  bool whole = false;   // from their beginnings, whatever their checkpoints say
  bool json = false;
};

/// Exit 0 when they hold the same events, 4 when not, 3 when one is damaged and the other is not,
/// or both are and are the same up to there. Throws UsageError, and std::exception on failures.
[[nodiscard]] ExitCode diff(const DiffOptions& options);

}  // namespace tapedeck::tools
