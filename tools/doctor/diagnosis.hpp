// Judges how well this computer suits the engine. Reports the result as text for people and as JSON
// for programs. Pure functions.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/system/core_hop.hpp"
#include "engine/system/cpu_topology.hpp"
#include "engine/system/environment.hpp"
#include "engine/system/spin_noise.hpp"

namespace tapedeck::tools {

struct Diagnosis {
  system::Environment machine;
  system::CpuTopology topology;
  std::vector<int> cores;  // for a feed thread and a shard; only one if there is no second
  system::CoreHop hop;     // between these cores
  std::vector<system::CoreNoise> noise;  // on each of these cores
};

/// The options for the lowest latency on this computer.
struct Advice {
  std::string options;  // "--shards 1 --pin 0,1 --wait spin"
  std::string why;
};
[[nodiscard]] Advice advice_for(const Diagnosis& diagnosis);

/// A fact that prevents low latency or distorts its measurement.
struct Finding {
  std::string fact;
  std::string remedy;
};
[[nodiscard]] std::vector<Finding> findings_of(const Diagnosis& diagnosis);

[[nodiscard]] std::string text_of(const Diagnosis& diagnosis);
[[nodiscard]] nlohmann::ordered_json json_of(const Diagnosis& diagnosis);

}  // namespace tapedeck::tools
