// What this computer is to the engine, and what to make of it: as text for people and as JSON for
// programs. Pure functions.
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
  std::vector<int> cores;                // a feed thread's and a shard's; one where there is one
  system::CoreHop hop;                   // between them
  std::vector<system::CoreNoise> noise;  // on each of them
};

/// How to run here for the lowest latency.
struct Advice {
  std::string options;  // "--shards 1 --pin 0,1 --wait spin"
  std::string why;
};
[[nodiscard]] Advice advice_for(const Diagnosis& diagnosis);

/// What stands in the way of low latency, or would spoil its figures.
struct Finding {
  std::string fact;
  std::string remedy;
};
[[nodiscard]] std::vector<Finding> findings_of(const Diagnosis& diagnosis);

[[nodiscard]] std::string text_of(const Diagnosis& diagnosis);
[[nodiscard]] nlohmann::ordered_json json_of(const Diagnosis& diagnosis);

}  // namespace tapedeck::tools
