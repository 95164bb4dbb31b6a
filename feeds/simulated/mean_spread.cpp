#include "feeds/simulated/mean_spread.hpp"

#include <cmath>

namespace tapedeck::simulated {

ZeroIntelligence market_of(double characteristic_ticks, double granularity) {
  ZeroIntelligence model;
  model.limit_rate = 1;
  model.market_rate = characteristic_ticks;
  model.cancel_rate = granularity * characteristic_ticks;
  model.band_ticks = static_cast<u32>(20 * characteristic_ticks);
  return model;
}

double spread_law(double market_rate_of_a_side, double limit_rate, double cancel_rate) {
  const double granularity = cancel_rate / market_rate_of_a_side;
  return market_rate_of_a_side / limit_rate * (0.28 + 1.86 * std::pow(granularity, 0.75));
}

MeanSpread mean_spread(const ZeroIntelligence& model, u64 seed, u64 steps) {
  FlowOptions options;
  options.model = model;
  options.seed = seed;
  options.reference = 1'000'000;
  InstrumentFlow flow{options};
  while (flow.open_next()) {
  }
  for (u64 i = 0; i < steps / 5; ++i) (void)flow.step();

  double time = flow.next_time();
  double area = 0;
  double stood = 0;
  double empty = 0;
  double sum = 0;
  u64 counted = 0;
  for (u64 i = 0; i < steps; ++i) {
    (void)flow.step();
    // The state after a step lasts until the next one.
    const double until = flow.next_time();
    const VenueBook& book = flow.book();
    if (book.has(Side::bid) && book.has(Side::ask)) {
      const double spread = book.best(Side::ask) - book.best(Side::bid);
      area += spread * (until - time);
      stood += until - time;
      sum += spread;
      ++counted;
    } else {
      empty += until - time;
    }
    time = until;
  }
  return {area / stood, sum / static_cast<double>(counted), empty / (stood + empty)};
}

}  // namespace tapedeck::simulated
