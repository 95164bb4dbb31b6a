// Formats the conditions of a measurement as JSON and as text: the machine, the threads, the hop
// (the time that a cache line takes from core to core) and the noise (interruptions of a spinning
// thread). Also defines the percentiles that all tables and JSON results show.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/core/histogram.hpp"
#include "engine/pipeline/engine_config.hpp"
#include "engine/system/core_hop.hpp"
#include "engine/system/environment.hpp"
#include "engine/system/spin_noise.hpp"

namespace tapedeck::tools {

struct NamedPercentile {
  std::string_view name;
  double fraction;
};
inline constexpr std::array<NamedPercentile, 5> kPercentiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"p99.99", 0.9999}}};

/// Returns an object with the value of each percentile, in nanoseconds, then `max` and `count`.
[[nodiscard]] nlohmann::ordered_json percentiles_of(const Histogram& histogram);
[[nodiscard]] nlohmann::ordered_json machine_json(const system::Environment& machine);
using Placements = std::vector<pipeline::Placement>;
/// Returns the name and placement of every thread.
[[nodiscard]] nlohmann::ordered_json placements_json(const Placements& threads);
/// Returns an object with hop_before_ns, hop_after_ns, hop_ns and hop_why_none, to be merged into
/// another object.
[[nodiscard]] nlohmann::ordered_json hop_json(const system::HopPair& hops);
/// Returns one entry per core: the percentiles of its interruptions, or the reason why there are
/// none.
[[nodiscard]] nlohmann::ordered_json noise_json(const std::vector<system::CoreNoise>& noise);
/// Returns a text like "45 ns for a cache line from core to core (44 ns before the runs, 45 ns
/// after)".
[[nodiscard]] std::string hop_text(const system::HopPair& hops);

}  // namespace tapedeck::tools
