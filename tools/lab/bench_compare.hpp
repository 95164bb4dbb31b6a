// `tapedeck bench compare`: compares two results of `bench latency --json` or of `bench throughput
// --json`. Two results count as different if they differ by more than each run varies between its
// windows of time or its rounds, and by more than a threshold.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/error.hpp"

namespace tapedeck::tools {

struct CompareOptions {
  std::string a, b;                     // paths of the results; one may be "-", standard input
  std::vector<std::string> thresholds;  // see thresholds_of()
  bool markdown = false;
  bool json = false;
};

/// Writes the comparison to standard output. Returns ExitCode::difference if a figure counts as
/// different, or if a run is not valid. Throws UsageError, and other
/// std::exceptions on failures.
[[nodiscard]] ExitCode bench_compare(const CompareOptions& options);

}  // namespace tapedeck::tools
