// The conditions of a measurement, as JSON and in words: machine, threads, hop, noise. Also the
// percentiles that every table and every JSON shows, with their names.
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

/// Nanoseconds by name, then max and count.
[[nodiscard]] nlohmann::ordered_json percentiles_of(const Histogram& histogram);
[[nodiscard]] nlohmann::ordered_json machine_json(const system::Environment& machine);
using Placements = std::vector<pipeline::Placement>;
/// Name and placement of every thread.
[[nodiscard]] nlohmann::ordered_json placements_json(const Placements& threads);
/// hop_before_ns, hop_after_ns, hop_ns and hop_why_none, to be merged into an object.
[[nodiscard]] nlohmann::ordered_json hop_json(const system::HopPair& hops);
/// One entry per core: percentiles of the gaps, or why there are none.
[[nodiscard]] nlohmann::ordered_json noise_json(const std::vector<system::CoreNoise>& noise);
/// "45 ns for a cache line from core to core (44 ns before the runs, 45 ns after)"
[[nodiscard]] std::string hop_text(const system::HopPair& hops);

}  // namespace tapedeck::tools
