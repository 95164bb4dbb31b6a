// The mean spread of a simulated market, for those who check it against the law.
#pragma once

#include "feeds/simulated/instrument_flow.hpp"

namespace tapedeck::simulated {

/// A market by what its spread depends on: market_rate / limit_rate in ticks, and cancel_rate /
/// market_rate. The band reaches twenty times as far as the former.
[[nodiscard]] ZeroIntelligence market_of(double characteristic_ticks, double granularity);

struct MeanSpread {
  double ticks = 0;           // weighted by the time it stood
  double ticks_by_event = 0;  // every event weighs the same
  double one_sided = 0;       // share of the time in which a side was empty: not in the means
};

/// Runs one instrument for `steps` steps after a warm-up of a fifth of them.
[[nodiscard]] MeanSpread mean_spread(const ZeroIntelligence& model, u64 seed, u64 steps);

}  // namespace tapedeck::simulated
