// The zero-intelligence market: its parameters, and the law that its mean spread follows.
//
// Source: Smith, Farmer, Gillemot, Krishnamurthy, "Statistical theory of the continuous double
// auction", Quantitative Finance 3 (2003); the law as in Farmer, Patelli, Zovko, "The predictive
// power of zero intelligence in financial markets", PNAS 102 (2005), equation 1.
//
// All order flow is Poisson. Limit orders of one size come at the same rate at every price: buys
// below the best ask, sells above the best bid. Market orders of that size take the front of the
// best level. Every resting order is cancelled at the same rate, wherever it rests.
#pragma once

#include <array>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck::simulated {

/// Prices inside the simulated venue are whole ticks.
using Tick = std::int32_t;

struct ZeroIntelligence {
  double limit_rate = 1.0;    // alpha: orders per tick, side and unit of time
  double market_rate = 5.0;   // mu: orders per unit of time, both sides together
  double cancel_rate = 0.25;  // delta: per resting order and unit of time
  // Limit orders arrive within this many ticks of the opposite side's best price. In the published
  // model, prices are unbounded. The limit does not affect the best prices, because it is far wider
  // than the spread.
  u32 band_ticks = 50;
  u32 order_size = 100;  // sigma: shares

  /// Returns the limit orders per unit of time, both sides together.
  [[nodiscard]] double limit_orders() const { return 2.0 * limit_rate * band_ticks; }
  /// Returns the events per unit of time in the long run. Every order arrives once and leaves once.
  [[nodiscard]] double events() const { return 2.0 * limit_orders(); }
  /// Returns the average number of resting orders in the long run. At this number, the
  /// cancellations, resting() * cancel_rate, equal the limit orders that no market order takes.
  [[nodiscard]] double resting() const { return (limit_orders() - market_rate) / cancel_rate; }
};

/// Named markets for `simulate --preset`.
struct Preset {
  std::string_view name;
  std::string_view what;  // for --help
  ZeroIntelligence model;
};
inline constexpr std::array<Preset, 3> kPresets{
    {{"default", "spreads of a few ticks", {}},
     {"large-tick", "deep queues, a spread of one tick nearly always", {4.0, 4.0, 0.5, 25, 100}},
     {"thin", "few orders, spreads of about ten ticks", {0.1, 4.0, 0.04, 200, 100}}}};

/// Returns the mean spread in ticks by the published law, which is for continuous prices: (mu /
/// alpha) (0.28 + 1.86 g^(3/4)), where g = delta / mu is the granularity. All rates count orders,
/// so that the papers' order size sigma cancels. mu is the rate of market orders of one side;
/// `market_rate` is that of both sides. In the 2005 paper, mu is also the rate of one side. In the
/// 2003 paper, mu is the rate of both sides. Its price scale mu / 2 alpha and its granularity 2
/// delta / mu are therefore the same as mu / alpha and delta / mu here.
[[nodiscard]] double spread_law(double market_rate_of_a_side, double limit_rate,
                                double cancel_rate);

}  // namespace tapedeck::simulated
