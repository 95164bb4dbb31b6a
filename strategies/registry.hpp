// Finds strategies by name and makes plans from texts like `ofi:interval=5s`. Not on the hot path.
#pragma once

#include <string>
#include <vector>

#include "strategies/kind.hpp"

namespace tapedeck::strategies {

/// Returns all kinds, sorted by name.
[[nodiscard]] const std::vector<StrategyKind>& all_kinds();

/// Returns the names of all kinds: "bars, bbo, ...".
[[nodiscard]] std::string list_of_names();
/// Describes every kind with its options and outputs, for people.
[[nodiscard]] std::string described();

/// Returns the plan for a text NAME[:key=value,...], labelled with the name. Throws ConfigError for
/// an invalid text. For an unknown name or key, the error suggests the nearest one.
[[nodiscard]] strategy::StrategyPlan plan_of(const std::vector<StrategyKind>& kinds,
                                             const std::string& text);
/// Returns one plan for each text. If several texts have the same name, their plans are labelled
/// with the full text. Throws ConfigError when a text is given twice.
[[nodiscard]] std::vector<strategy::StrategyPlan> plans_of(const std::vector<std::string>& texts);

}  // namespace tapedeck::strategies
