// Opens simulated venues from options, one channel per venue.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/catalog/catalog.hpp"

namespace tapedeck::feeds {

struct SimulationRequest {
  std::string model = "zero-intelligence";  // NAME[:key=value,...]
  std::string preset = "default";
  u32 instruments = 10;
  u16 venues = 1;
  double events_per_s = 100'000;         // per second of simulated time, all venues together
  Nanos duration{10 * kNanosPerSecond};  // simulated time from the open
  std::optional<u64> events;             // limit for all venues; may end the run sooner
  u64 seed = 1;
  std::optional<double> speed = 1.0;  // of simulated time against real time; nothing: no pacing
  std::optional<Date> date;
};

struct PresetName {
  std::string_view name, what;  // "thin", "few orders, spreads of about ten ticks"
};
/// Returns the names and descriptions of all presets.
[[nodiscard]] std::vector<PresetName> presets();

/// Opens the venues. Throws ConfigError for an invalid request.
[[nodiscard]] OpenedFeeds open_simulation(const SimulationRequest& request);

}  // namespace tapedeck::feeds
