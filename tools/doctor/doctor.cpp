#include "tools/doctor/doctor.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tools/cli/provenance.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/doctor/diagnosis.hpp"
#include "tools/run/watched_cores.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::size_t kCores = 2;  // for a feed thread and a shard

}  // namespace

ExitCode doctor(const DoctorOptions& options) {
  const Nanos watch = watch_option(options.watch);
  const Provenance provenance = provenance_of({});
  Diagnosis diagnosis;
  diagnosis.machine = system::this_environment();
  diagnosis.topology = system::this_cpu_topology();
  diagnosis.cores = cores_in_order_of_use(diagnosis.topology);
  diagnosis.cores.resize(std::min(diagnosis.cores.size(), kCores));
  diagnosis.hop = system::measure_core_hop(diagnosis.cores);
  diagnosis.noise = system::measure_spin_noise(diagnosis.cores, watch);
  if (options.json) {
    print_json(json_of(diagnosis), provenance);
  } else {
    print_results(text_of(diagnosis));
  }
  return ExitCode::done;
}

}  // namespace tapedeck::tools
