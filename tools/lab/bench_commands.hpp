// Adds `tapedeck bench` and its subcommands to CLI11.
#pragma once

#include <functional>

#include "tools/lab/bench_compare.hpp"
#include "tools/lab/bench_throughput.hpp"
#include "tools/lab/latency_options.hpp"
#include "tools/lab/saturate_options.hpp"

namespace CLI {
class App;
}

namespace tapedeck::tools {

struct BenchOptions {
  ThroughputOptions throughput;
  LatencyOptions latency;
  SaturateOptions saturate;
  CompareOptions compare;
};

/// Adds the commands to `app`. When `app` parses one of these commands, it sets `chosen` to the
/// function that runs the command. `options` and `chosen` must outlive `app`.
void add_bench(CLI::App& app, BenchOptions& options, std::function<ExitCode()>& chosen);

}  // namespace tapedeck::tools
