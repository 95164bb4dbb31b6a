#include "tools/lab/bench_commands.hpp"

#include <iostream>

#include <CLI/CLI.hpp>

#include "tools/cli/command_options.hpp"
#include "tools/cli/option_table.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/lab/bench_latency.hpp"
#include "tools/lab/bench_saturate.hpp"

namespace tapedeck::tools {
namespace {

void add_throughput(CLI::App& bench, ThroughputOptions& options,
                    std::function<ExitCode()>& chosen) {
  CLI::App* const command = bench.add_subcommand(
      "throughput", "How fast your recorded file is replayed, by number of shards");
  add_input_options(*command, options.input);
  add(*command, "--parallel", options.input.parallel);
  add(*command, "--shards", options.shards);
  add_thread_options(*command, options.input.run);
  add(*command, "--rounds", options.rounds);
  add(*command, "--watch", options.watch);
  add(*command, "--json", options.input.run.json);
  add(*command, "--quiet", options.input.run.quiet);
  command->callback(
      [&options, &chosen] { chosen = [&options] { return bench_throughput(options); }; });
}

// Adds the options that all loads share.
void add_load_options(CLI::App& command, LatencyOptions& options) {
  add_input_options(command, options.input);
  options.input.framing.clear();  // to detect whether it was given
  command.get_option("PATH")->required(false);
  add(command, "--load", options.load);
  add(command, "--duration", options.duration);
  add(command, "--warm-up", options.warm_up);
  add(command, "--tz", options.input.tz);
  add(command, "--from", options.from);
  add(command, "--preset", options.preset);
  add(command, "--instruments", options.instruments);
  add(command, "--seed", options.seed);
  RunOptions& run = options.input.run;
  run.pin = "auto";
  run.wait.clear();
  run.shards = "1";
  add(command, "--shards", run.shards);
  add_thread_options(command, run);
  add(command, "--queue-full", run.queue_full);
  add(command, "--strategy", run.strategies);
  add(command, "--sample-every", options.sample_every);
  add(command, "--watch", options.watch);
  add(command, "--report", options.report);
  add(command, "--json", run.json);
  add(command, "--quiet", run.quiet);
}

void add_latency(CLI::App& bench, LatencyOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = bench.add_subcommand(
      "latency",
      "How long events take through the engine, stage by stage, under a load that you choose");
  add(*command, "--rate", options.rate);
  add(*command, "--speed", options.speed);
  add(*command, "--hgrm", options.hgrm);
  add_snapshot_options(*command, options.input.run);
  add_snapshot_file_options(*command, options.input.run);
  add_load_options(*command, options);
  command->callback(
      [&options, &chosen] { chosen = [&options] { return bench_latency(options); }; });
}

void add_saturate(CLI::App& bench, SaturateOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = bench.add_subcommand(
      "saturate", "The highest load at which latency stays within a limit: the knee");
  add(*command, "--first", options.first);
  add(*command, "--last", options.last);
  add(*command, "--percentile", options.percentile);
  add(*command, "--limit", options.limit);
  options.load.duration = "1s";
  options.load.warm_up = "200ms";
  add_load_options(*command, options.load);
  command->callback(
      [&options, &chosen] { chosen = [&options] { return bench_saturate(options); }; });
}

void add_compare(CLI::App& bench, CompareOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = bench.add_subcommand(
      "compare",
      "Whether two results of bench latency or throughput differ by more than repeated runs do");
  add(*command, "A", options.a)->required();
  add(*command, "B", options.b)->required();
  add(*command, "--threshold", options.thresholds)->delimiter(',');
  add(*command, "--markdown", options.markdown);
  add(*command, "--json", options.json);
  command->callback(
      [&options, &chosen] { chosen = [&options] { return bench_compare(options); }; });
}

}  // namespace

void add_bench(CLI::App& app, BenchOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("bench", "Measure the engine on this machine and your own input");
  command->require_subcommand(0, 1);
  add_throughput(*command, options.throughput, chosen);
  add_latency(*command, options.latency, chosen);
  add_saturate(*command, options.saturate, chosen);
  add_compare(*command, options.compare, chosen);
  command->callback([&app, command, &chosen] {  // runs after a subcommand's callback
    if (!command->get_subcommands().empty()) return;
    chosen = [&app] {
      std::cerr << app.help();
      return ExitCode::usage;
    };
  });
}

}  // namespace tapedeck::tools
