#include "tools/lab/machine_measures.hpp"

#include <algorithm>

#include "tools/run/watched_cores.hpp"

namespace tapedeck::tools {

std::vector<int> cores_of_threads(const system::PinPlan& pins, std::size_t threads) {
  std::vector<int> cores;
  for (const auto& core : system::assign_cores(pins, threads)) {
    if (core && std::ranges::find(cores, *core) == cores.end()) cores.push_back(*core);
  }
  if (cores.empty()) {
    cores = system::cores_in_order_of_use(system::this_cpu_topology());
    cores.resize(std::min(cores.size(), threads));
  }
  return cores;
}

void measure_machine(MachineMeasures& machine, Measured when) {
  const bool is_before = when == Measured::before;
  (is_before ? machine.noise_before : machine.noise_after) =
      system::measure_spin_noise(machine.cores, machine.watch);
  (is_before ? machine.hops.before : machine.hops.after) = system::measure_core_hop(machine.cores);
}

std::string cores_taken_text(const MachineMeasures& machine) {
  std::vector<system::CoreNoise> noise = machine.noise_before;
  noise.insert(noise.end(), machine.noise_after.begin(), machine.noise_after.end());
  return cores_taken_text(noise);
}

}  // namespace tapedeck::tools
