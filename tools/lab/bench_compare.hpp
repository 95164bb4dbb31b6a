// `tapedeck bench compare`: compares two results of `bench latency --json`. Two results count as
// different if they differ by more than each run varies between its windows of time.
#pragma once

#include <string>

#include "tools/cli/error.hpp"

namespace tapedeck::tools {

struct CompareOptions {
  std::string a, b;  // paths of the results; one may be "-", standard input
  bool json = false;
};

/// Writes the comparison to standard output. Returns ExitCode::difference if a percentile of a
/// latency span counts as different, or if a run is not valid. Throws UsageError, and other
/// std::exceptions on failures.
[[nodiscard]] ExitCode bench_compare(const CompareOptions& options);

}  // namespace tapedeck::tools
