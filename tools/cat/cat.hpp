// `tapedeck cat`: writes the events of a recorded feed to standard output, as they are read.
#pragma once

#include <string>

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"
#include "tools/run/row_selection.hpp"

namespace tapedeck::tools {

struct CatOptions {
  ReplayOptions input;      // paths, how to read them, and which part; one channel
  std::string as = "text";  // text, jsonl or csv
  RowOptions rows;
  std::string limit;  // end after this many events; empty: no limit
  bool quiet = false;
};

/// Writes the rows. Returns 0 if the reader of standard output goes away, and 3 when the input is
/// damaged or holds nothing of what was asked for. Throws UsageError, and std::exception on
/// failures.
[[nodiscard]] ExitCode cat(const CatOptions& options);

}  // namespace tapedeck::tools
