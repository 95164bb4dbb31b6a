// All kinds of strategies, one file each. Declare a new kind here, and list it in registry.cpp.
#pragma once

#include "strategies/kind.hpp"

namespace tapedeck::strategies {

[[nodiscard]] StrategyKind bars();
[[nodiscard]] StrategyKind bbo();
[[nodiscard]] StrategyKind imbalance();
[[nodiscard]] StrategyKind ofi();
[[nodiscard]] StrategyKind vwap();

}  // namespace tapedeck::strategies
