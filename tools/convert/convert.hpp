// `tapedeck convert`: writes any recorded feed as one file, in the format that the file's ending
// selects.
#pragma once

#include <string>

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"
#include "tools/run/row_selection.hpp"

namespace tapedeck::tools {

struct ConvertOptions {
  ReplayOptions input;  // paths, how to read them, and which part; one channel
  std::string out;
  std::string as;      // the format of `out`, like "csv" or "csv.gz"; empty: by its ending
  RecordOptions tape;  // options for an output tape, without its path; empty `compress`: small
  RowOptions rows;     // options for rows
  bool json = false;
  bool quiet = false;
};

/// Converts the input and prints a report. Returns exit code 1 when ITCH cannot express an event of
/// the input, and 3 when the input is damaged or has nothing to write. Throws UsageError, and
/// std::exception on failures.
[[nodiscard]] ExitCode convert(const ConvertOptions& options);

}  // namespace tapedeck::tools
