// How far the simulated market's mean spread lies from the published law, on six parameter sets.
//
// Not a matter of time but of truth: prints a table, and fails where the spread does not even scale
// as the law says it must by its dimensions alone. `--smoke` runs it short.
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "bench/support/program.hpp"
#include "feeds/simulated/mean_spread.hpp"

namespace {

using tapedeck::u64;
using tapedeck::simulated::market_of;
using tapedeck::simulated::mean_spread;
using tapedeck::simulated::MeanSpread;
using tapedeck::simulated::spread_law;
using tapedeck::simulated::ZeroIntelligence;

}  // namespace

int main(int count, char** arguments) {
  const bool smoke = count > 1 && std::string_view{arguments[1]} == "--smoke";
  tapedeck::bench::announce("bench_spread_law");
  const u64 steps = smoke ? 300'000 : 20'000'000;
  struct Set {
    double characteristic, granularity;
  };
  constexpr std::array<Set, 6> kSets{
      {{40, 0.01}, {40, 0.03}, {40, 0.1}, {40, 0.3}, {40, 1.0}, {80, 0.1}}};

  std::puts("Rates in orders: mu of both sides, alpha of one; prices in ticks.\n");
  std::puts(
      "| mu / alpha | delta / mu | spread by time | by event | law, as measured | deviation |"
      " law, of a side | deviation | law, mixed | deviation |");
  std::puts("|---|---|---|---|---|---|---|---|---|---|");
  std::array<double, kSets.size()> spreads{};
  for (std::size_t i = 0; i < kSets.size(); ++i) {
    const ZeroIntelligence model = market_of(kSets[i].characteristic, kSets[i].granularity);
    const MeanSpread spread = mean_spread(model, 1 + i, steps);
    spreads[i] = spread.ticks;
    const double market = model.market_rate;
    const double limit = model.limit_rate;
    std::printf("| %.0f | %.2f | %.2f | %.2f |", kSets[i].characteristic, kSets[i].granularity,
                spread.ticks, spread.ticks_by_event);
    // Both rates of both sides; both of one side; the market's of both, limit orders' of one.
    for (const double law : {spread_law(market, 2 * limit, model.cancel_rate),
                             spread_law(market / 2, limit, model.cancel_rate),
                             spread_law(market, limit, model.cancel_rate)}) {
      std::printf(" %.2f | %+.0f %% |", law, 100 * (spread.ticks / law - 1));
    }
    std::puts("");
  }
  const double doubled = spreads[5] / spreads[2];
  std::printf("\nTwice the market orders, granularity held: %.3f times the spread.\n", doubled);
  const double allowed = smoke ? 0.3 : 0.1;
  return std::fabs(doubled - 2) < allowed ? 0 : 1;
}
