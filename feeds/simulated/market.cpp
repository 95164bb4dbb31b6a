#include "feeds/simulated/market.hpp"

namespace tapedeck::simulated {
namespace {

// A seed for every use, none of which says anything about another.
u64 mixed(u64 seed, u64 with) {
  return Random{Random{seed}.next() ^ with}.next();
}

double activity_sum(u32 instruments) {
  double sum = 0;
  for (u32 i = 0; i < instruments; ++i) sum += 1.0 / (i + 1);
  return sum;
}

}  // namespace

std::string symbol_of(u32 instrument) {
  return "SIM" + std::to_string(instrument + 1);
}

double activity_of(const Market& market, u32 at) {
  return market.events_per_s / (at + 1) / activity_sum(market.instruments);
}

FlowOptions flow_of(const Market& market, u32 at) {
  constexpr Tick kCheapest = 2'000;  // 20.00 to 320.00
  constexpr u64 kRange = 30'000;
  const u64 instrument_seed = mixed(market.seed, at);
  FlowOptions options;
  options.model = market.model;
  options.seed = mixed(instrument_seed, u64{market.venue} + 1);
  // The same instrument opens at the same price at every venue.
  options.reference = kCheapest + static_cast<Tick>(Random{instrument_seed}.below(kRange));
  options.first_id = at + 1;
  options.id_step = market.instruments;
  options.time_scale =
      market.model.events() / activity_of(market, at) * static_cast<double>(kNanosPerSecond);
  return options;
}

}  // namespace tapedeck::simulated
