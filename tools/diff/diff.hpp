// `tapedeck diff`: finds where two recordings diverge.
#pragma once

#include <string>

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct DiffOptions {
  ReplayOptions input;  // how to read both recordings; `paths` are those of A and B
  bool whole = false;   // compare from the beginning, without the use of checkpoints
  bool json = false;
};

/// Compares the two recordings, and prints where they diverge. Returns exit code 4 if their events
/// differ, 3 if the events are the same but a recording is damaged, else 0. Throws UsageError, and
/// other std::exceptions on failures.
[[nodiscard]] ExitCode diff(const DiffOptions& options);

}  // namespace tapedeck::tools
