// A simulated trading day of one venue: which instruments, how busy, how long, from which seed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "feeds/simulated/instrument_flow.hpp"

namespace tapedeck::simulated {

/// Symbols are SIM1 to SIM65536, so that an ITCH 5.0 recording can hold them.
[[nodiscard]] std::string symbol_of(u32 instrument);

struct Market {
  ZeroIntelligence model;
  u64 seed = 1;
  u32 instruments = 10;                  // 1 to kMaxInstrumentsPerChannel
  u16 venue = 0;                         // of the same seed, each venue has a flow of its own
  double events_per_s = 100'000;         // of simulated time, over all instruments
  Nanos duration{10 * kNanosPerSecond};  // simulated, from the open
  std::optional<u64> events;             // ends it sooner; the orders before the open not counted
  Nanos midnight{0};                     // see eastern_midnight(); the open is at 09:30
};

inline constexpr Nanos kOpen{(9 * 3600 + 30 * 60) * kNanosPerSecond};  // after midnight

/// The flows of all instruments, ready to open: how busy each is follows Zipf's law, the first one
/// being the busiest.
[[nodiscard]] std::vector<FlowOptions> flows_of(const Market& market);

}  // namespace tapedeck::simulated
