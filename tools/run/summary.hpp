// Formats the results of a finished run for people.
#pragma once

#include <string>

#include "tools/run/results.hpp"

namespace tapedeck::tools {

/// `colour`: the terminal understands it.
[[nodiscard]] std::string summary_of(const RunResults& results, bool colour);

}  // namespace tapedeck::tools
