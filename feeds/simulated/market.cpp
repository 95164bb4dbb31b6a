#include "feeds/simulated/market.hpp"

namespace tapedeck::simulated {
namespace {

// Derives an independent seed for every use.
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

std::vector<FlowOptions> flows_of(const Market& market) {
  constexpr Tick kCheapest = 2'000;  // 20.00 to 320.00
  constexpr u64 kRange = 30'000;
  const double activities = activity_sum(market.instruments);
  std::vector<FlowOptions> flows(market.instruments);
  for (u32 i = 0; i < market.instruments; ++i) {
    FlowOptions& flow = flows[i];
    const u64 instrument_seed = mixed(market.seed, i);
    const double events_per_s = market.events_per_s / (i + 1) / activities;
    flow.model = market.model;
    flow.seed = mixed(instrument_seed, u64{market.venue} + 1);
    // An instrument opens at the same price at every venue.
    flow.reference = kCheapest + static_cast<Tick>(Random{instrument_seed}.below(kRange));
    flow.first_id = i + 1;
    flow.id_step = market.instruments;
    flow.time_scale = market.model.events() / events_per_s * static_cast<double>(kNanosPerSecond);
  }
  return flows;
}

}  // namespace tapedeck::simulated
