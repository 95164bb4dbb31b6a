// Measures the mean spread of a simulated market, to compare it with the published law
// (spread_law() in zero_intelligence.hpp).
#pragma once

#include "feeds/simulated/instrument_flow.hpp"

namespace tapedeck::simulated {

/// Returns a market with the two given values, on which its spread depends. `characteristic_ticks`
/// is market_rate / limit_rate, and `granularity` is cancel_rate / market_rate. The market's
/// band_ticks is twenty times `characteristic_ticks`.
[[nodiscard]] ZeroIntelligence market_of(double characteristic_ticks, double granularity);

struct MeanSpread {
  double ticks = 0;           // weighted by time
  double ticks_by_event = 0;  // weighted by event
  double one_sided = 0;       // share of time in which a side was empty; excluded from the means
};

/// Runs one instrument for `steps` steps, after a warm-up of a fifth as many.
[[nodiscard]] MeanSpread mean_spread(const ZeroIntelligence& model, u64 seed, u64 steps);

}  // namespace tapedeck::simulated
