// `tapedeck diff`: finds where two recordings diverge.
#pragma once

#include <string>

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct DiffOptions {
  ReplayOptions input;  // how to read both; its paths are A and B
  bool whole = false;   // from their beginnings, without using checkpoints
  bool json = false;
};

/// Exit 0 when they hold the same events, 4 when not, 3 when only one is damaged, or when both are
/// damaged and equal up to there. Throws UsageError, and std::exception on failures.
[[nodiscard]] ExitCode diff(const DiffOptions& options);

}  // namespace tapedeck::tools
