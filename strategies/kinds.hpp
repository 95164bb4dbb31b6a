// Declares all kinds of strategies; each kind has a file of its own. To add a kind, declare it here
// and list it in registry.cpp.
#pragma once

#include "strategies/kind.hpp"

namespace tapedeck::strategies {

[[nodiscard]] StrategyKind bars();
[[nodiscard]] StrategyKind bbo();
[[nodiscard]] StrategyKind imbalance();
[[nodiscard]] StrategyKind ofi();
[[nodiscard]] StrategyKind vwap();

}  // namespace tapedeck::strategies
