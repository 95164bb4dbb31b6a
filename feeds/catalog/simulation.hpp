// Opens simulated venues, one channel per venue. See feeds/catalog/catalog.hpp.
#pragma once

#include <string_view>
#include <vector>

#include "feeds/catalog/channel_spec.hpp"
#include "feeds/catalog/opened_channel.hpp"

namespace tapedeck::feeds {

struct PresetName {
  std::string_view name, what;  // "thin", "few orders, spreads of about ten ticks"
};
/// Returns the names and descriptions of all presets.
[[nodiscard]] std::vector<PresetName> presets();

/// Throws ConfigError for an invalid specification.
[[nodiscard]] OpenedFeeds open_simulated(const SimulatedSpec& spec);

}  // namespace tapedeck::feeds
