// `tapedeck bench compare`: two results of `bench latency --json`, and whether they differ by more
// than the runs themselves do from one window of time to another.
#pragma once

#include <string>

#include "tools/cli/error.hpp"

namespace tapedeck::tools {

struct CompareOptions {
  std::string a, b;  // files; - is standard input, for one of them
  bool json = false;
};

/// Writes the comparison to standard output. `difference`: something differs by more, or a run is
/// not valid. Throws UsageError, and std::exception on failures.
[[nodiscard]] ExitCode bench_compare(const CompareOptions& options);

}  // namespace tapedeck::tools
