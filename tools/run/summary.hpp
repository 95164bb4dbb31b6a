// Formats the results of a finished run for people.
#pragma once

#include <string>

#include "tools/run/results.hpp"

namespace tapedeck::tools {

/// Returns the summary as text. `colour` says whether to use the terminal's colours.
[[nodiscard]] std::string summary_of(const RunResults& results, bool colour);

}  // namespace tapedeck::tools
