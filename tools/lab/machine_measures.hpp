// Measures what the cores of a benchmark are like without it, before and after its runs: how long a
// cache line takes from core to core, and how often others hold a core up. All benchmarks of the
// command share it.
#pragma once

#include <string>
#include <vector>

#include "engine/system/core_hop.hpp"
#include "engine/system/cpu_topology.hpp"
#include "engine/system/spin_noise.hpp"

namespace tapedeck::tools {

struct MachineMeasures {
  std::vector<int> cores;        // on which all of this is measured
  Nanos watch{kNanosPerSecond};  // how long the cores are watched, before and after
  system::HopPair hops;
  std::vector<system::CoreNoise> noise_before, noise_after;
};

/// Returns the cores to which so many threads are pinned; if they are not, the first that are used.
[[nodiscard]] std::vector<int> cores_of_threads(const system::PinPlan& pins, std::size_t threads);

enum class Measured : u8 { before, after };
/// Measures the cores, and keeps them busy for as long as they are watched. Call it while nothing
/// of the benchmark runs. One thread.
void measure_machine(MachineMeasures& machine, Measured when);

/// Returns why the cores make the results invalid, as cores_taken_text() of both measurements does.
/// Empty if they do not.
[[nodiscard]] std::string cores_taken_text(const MachineMeasures& machine);

}  // namespace tapedeck::tools
