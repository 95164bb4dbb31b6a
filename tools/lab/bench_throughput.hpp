// `tapedeck bench throughput`: how fast a recorded file is replayed, from its first byte to the
// last event applied.
//
// 1. Every run is a process of its own: none warms another's memory, and each has its own peak.
// 2. The numbers of shards take turns, in an order that moves on every round: what slows the
// machine
//    down for a while hits all of them.
// 3. Only figures of runs that agree are valid: same digest, same messages, no failure.
#pragma once

#include <string>

#include "engine/system/cpu_topology.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

/// One thread, and one with a shard beside it; two shards where there are cores for them.
[[nodiscard]] std::string default_shard_counts(std::size_t cores);

struct ThroughputOptions {
  ReplayOptions input;  // given to every run; of `run`, json and quiet are the benchmark's own
  std::string shards =
      default_shard_counts(system::cores_to_burn(system::this_cpu_topology()));  // "0,1"
  u32 rounds = 10;  // measured; one more comes before them
};

/// Runs `program`, which replays; tests give another. Writes the results to standard output. Throws
/// UsageError, and std::exception on failures.
[[nodiscard]] ExitCode bench_throughput(const ThroughputOptions& options,
                                        const std::string& program = "/proc/self/exe");

}  // namespace tapedeck::tools
