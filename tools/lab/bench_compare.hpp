// `tapedeck bench compare`: compares two results of `bench latency --json`, and decides whether
// they differ by more than each run varies between windows of time.
#pragma once

#include <string>

#include "tools/cli/error.hpp"

namespace tapedeck::tools {

struct CompareOptions {
  std::string a, b;  // files; one of them may be "-", standard input
  bool json = false;
};

/// Writes the comparison to standard output. Returns ExitCode::difference when a percentile of a
/// stage differs by more than that, or when a run is not valid. Throws UsageError, and
/// std::exception on failures.
[[nodiscard]] ExitCode bench_compare(const CompareOptions& options);

}  // namespace tapedeck::tools
