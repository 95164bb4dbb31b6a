// `tapedeck bench throughput`: measures how fast a recorded file is replayed, from its first byte
// to the last event applied.
//
// 1. Every run is a process of its own, so that no run warms the memory of another, and each run
//    has its own peak of memory.
// 2. Each round has one run per number of shards, and the order rotates with every round. A
//    temporary slowdown of the machine therefore affects all numbers of shards.
// 3. Figures are valid only if all runs agree: same digest, same messages, no failure; and if
// others
//    did not take the cores for more than 1 % of the time, just before and just after the runs.
#pragma once

#include <functional>
#include <string>

#include "engine/system/cpu_topology.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"
#include "tools/lab/machine_measures.hpp"

namespace tapedeck::tools {

/// Returns the default numbers of shards: "0,1", or "0,1,2" if there are cores for a feed thread
/// and two shards.
[[nodiscard]] std::string default_shard_counts(std::size_t cores);

struct ThroughputOptions {
  // The options of every run. There are two exceptions: `shards` below replaces `run.shards`, and
  // `run.json` and `run.quiet` are for the benchmark itself.
  ReplayOptions input;
  std::string shards =
      default_shard_counts(system::cores_to_burn(system::this_cpu_topology()));  // "0,1"
  std::string watch = "1s";  // how long the cores are watched, before and after
  u32 rounds = 10;           // the number of measured rounds; one unmeasured round precedes them
};

/// What the benchmark runs; only tests pass others.
struct ThroughputMeans {
  std::string program = "/proc/self/exe";  // each replay is a process of it
  std::function<void(MachineMeasures& machine, Measured when)> measure = measure_machine;
};

/// Runs the benchmark. Writes the results to standard output. Throws UsageError, and std::exception
/// on failures.
[[nodiscard]] ExitCode bench_throughput(const ThroughputOptions& options,
                                        const ThroughputMeans& means = {});

}  // namespace tapedeck::tools
