// The kinds there are, one file each. A new one is declared here and listed in registry.cpp.
#pragma once

#include "strategies/kind.hpp"

namespace tapedeck::strategies {

[[nodiscard]] StrategyKind bars();
[[nodiscard]] StrategyKind bbo();
[[nodiscard]] StrategyKind imbalance();
[[nodiscard]] StrategyKind ofi();
[[nodiscard]] StrategyKind vwap();

}  // namespace tapedeck::strategies
