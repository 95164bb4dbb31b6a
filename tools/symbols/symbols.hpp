// `tapedeck symbols`: lists all instruments of recorded feeds, with counts, without building books.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct SymbolsOptions {
  ReplayOptions input;
  bool json = false;
  bool quiet = false;
};

/// Prints the list. Returns 3 when the input is damaged or holds no instrument. Throws UsageError,
/// and other std::exceptions on failures.
[[nodiscard]] ExitCode symbols(const SymbolsOptions& options);

}  // namespace tapedeck::tools
