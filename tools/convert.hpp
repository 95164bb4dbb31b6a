// `tapedeck convert`: any recorded feed as one ITCH 5.0 file.
#pragma once

#include <string>

#include "engine/core/error.hpp"
#include "tools/options.hpp"

namespace tapedeck::tools {

struct ConvertOptions {
  ReplayOptions input;  // paths and how to read them; one line
  std::string out;
  bool json = false;
  bool quiet = false;
};

/// Exit 1 when something of the input cannot be expressed. Throws UsageError, and std::exception
/// on failures.
[[nodiscard]] ExitCode convert(const ConvertOptions& options);

}  // namespace tapedeck::tools
