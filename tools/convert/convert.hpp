// `tapedeck convert`: converts any recorded feed to one file of another format.
#pragma once

#include <string>

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct ConvertOptions {
  ReplayOptions input;  // paths, and how to read them; one channel
  std::string out;      // its ending selects the format
  RecordOptions tape;   // options of a tape except its path; compress: small
  bool json = false;
  bool quiet = false;
};

/// Exit 1 when something of the input cannot be expressed. Throws UsageError, and std::exception
/// on failures.
[[nodiscard]] ExitCode convert(const ConvertOptions& options);

}  // namespace tapedeck::tools
