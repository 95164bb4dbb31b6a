// `tapedeck diff`: finds where two recordings diverge.
#pragma once

#include <string>

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct DiffOptions {
  ReplayOptions input;  // how to read both recordings; its paths are A and B
  bool whole = false;   // compare from the beginnings, without using checkpoints
  bool json = false;
};

/// Compares the two recordings and prints where they diverge. Returns exit code 4 when their events
/// differ, 3 when their events are the same but a recording is damaged, else 0. Throws UsageError,
/// and std::exception on failures.
[[nodiscard]] ExitCode diff(const DiffOptions& options);

}  // namespace tapedeck::tools
