#include "tools/doctor.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tools/diagnosis.hpp"
#include "tools/output.hpp"

namespace tapedeck::tools {
namespace {

constexpr Nanos kWatched{kNanosPerSecond};
constexpr std::size_t kCores = 2;  // a feed thread's and a shard's

}  // namespace

ExitCode doctor(const DoctorOptions& options) {
  Diagnosis diagnosis;
  diagnosis.machine = thread::this_environment();
  diagnosis.topology = thread::this_cpu_topology();
  diagnosis.cores = cores_in_order_of_use(diagnosis.topology);
  diagnosis.cores.resize(std::min(diagnosis.cores.size(), kCores));
  diagnosis.hop = thread::measure_core_hop(diagnosis.cores);
  diagnosis.noise = thread::measure_spin_noise(diagnosis.cores, kWatched);
  if (options.json) {
    print_json(json_of(diagnosis));
  } else {
    print_results(text_of(diagnosis));
  }
  return ExitCode::done;
}

}  // namespace tapedeck::tools
