// All strategies by name, and the plans that texts like `ofi:interval=5s` ask for. Cold.
#pragma once

#include <string>
#include <vector>

#include "strategies/kind.hpp"

namespace tapedeck::strategies {

/// Sorted by name.
[[nodiscard]] const std::vector<StrategyKind>& all_kinds();

/// "bars, bbo, ...".
[[nodiscard]] std::string list_of_names();
/// Every kind with its options and outputs, for people.
[[nodiscard]] std::string described();

/// The plan for NAME[:key=value,...] of a kind, its label the name. Throws ConfigError, with the
/// nearest where a name or a key is not known.
[[nodiscard]] strategy::StrategyPlan plan_of(const std::vector<StrategyKind>& kinds,
                                             const std::string& text);
/// One plan for each text. The label is the text in full where a name is used more than once; the
/// same text twice is a ConfigError.
[[nodiscard]] std::vector<strategy::StrategyPlan> plans_of(const std::vector<std::string>& texts);

}  // namespace tapedeck::strategies
