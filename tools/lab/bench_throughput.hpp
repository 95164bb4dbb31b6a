// `tapedeck bench throughput`: measures how fast a recorded file is replayed, from its first byte
// to the last event applied.
//
// 1. Every run is a process of its own, so that no run warms the memory of another, and each run
//    has its own peak of memory.
// 2. Each round has one run per number of shards, and the order rotates with every round. A
//    temporary slowdown of the machine therefore affects all numbers of shards.
// 3. Figures are valid only if all runs agree: same digest, same messages, no failure.
#pragma once

#include <string>

#include "engine/system/cpu_topology.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

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
  u32 rounds = 10;  // the number of measured rounds; one unmeasured round precedes them
};

/// Runs the benchmark. Each replay is a process of `program`; only tests pass another program.
/// Writes the results to standard output. Throws UsageError, and std::exception on failures.
[[nodiscard]] ExitCode bench_throughput(const ThroughputOptions& options,
                                        const std::string& program = "/proc/self/exe");

}  // namespace tapedeck::tools
