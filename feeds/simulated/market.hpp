// The parameters of one venue's simulated trading day: instruments, rate, duration, seed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "feeds/simulated/instrument_flow.hpp"

namespace tapedeck::simulated {

/// Returns the symbol of an instrument: SIM1 for instrument 0, and so on up to SIM65536. Symbols
/// have at most 8 characters, so that ITCH 5.0 can express them.
[[nodiscard]] std::string symbol_of(u32 instrument);

struct Market {
  ZeroIntelligence model;
  u64 seed = 1;
  u32 instruments = 10;           // 1 to kMaxInstrumentsPerChannel
  u16 venue = 0;                  // each venue has its own order flow, even with the same seed
  double events_per_s = 100'000;  // per second of simulated time, over all instruments
  Nanos duration{10 * kNanosPerSecond};  // simulated time from the open to the close
  std::optional<u64> events;  // the day ends after so many, not counting those before the open
  Nanos midnight{0};          // see eastern_midnight(); the open is at 09:30
};

inline constexpr Nanos kOpen{(9 * 3600 + 30 * 60) * kNanosPerSecond};  // after midnight

/// Returns the options of every instrument's order flow. The event rates follow Zipf's law: the
/// first instrument is the busiest.
[[nodiscard]] std::vector<FlowOptions> flows_of(const Market& market);

}  // namespace tapedeck::simulated
