#include "tools/lab/bench_commands.hpp"

#include <iostream>

#include <CLI/CLI.hpp>

#include "tools/cli/command_options.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/lab/bench_latency.hpp"
#include "tools/lab/bench_saturate.hpp"

namespace tapedeck::tools {
namespace {

void add_throughput(CLI::App& bench, ThroughputOptions& options,
                    std::function<ExitCode()>& chosen) {
  CLI::App* const command = bench.add_subcommand(
      "throughput", "How fast your own recorded file is replayed, by number of shards");
  add_input_options(*command, options.input);
  command->get_option("PATH")->description("Files, read one after another, in every run anew");
  command->add_flag("--parallel", options.input.parallel, "Every path a channel of its own");
  command
      ->add_option("--shards", options.shards,
                   "Numbers of shard threads to compare with the first of them, each 0 to 64")
      ->capture_default_str();
  add_thread_options(*command, options.input.run);
  command->add_option("--rounds", options.rounds, "Measured rounds, 3 to 100; one more warms up")
      ->capture_default_str();
  command->add_flag("--json", options.input.run.json, "Results as one JSON object on stdout");
  command->add_flag("--quiet", options.input.run.quiet, "No live line while it runs");
  command->callback(
      [&options, &chosen] { chosen = [&options] { return bench_throughput(options); }; });
}

// Adds the options that all loads share.
void add_load_options(CLI::App& command, LatencyOptions& options) {
  add_input_options(command, options.input);
  options.input.framing.clear();  // to detect whether it was given
  command.get_option("PATH")->required(false)->description(
      "Recorded files to take the messages from; without any, a simulated market");
  command
      .add_option("--load", options.load,
                  "constant, poisson, recorded, or bursts[:period=10ms,share=0.1]")
      ->capture_default_str();
  command.add_option("--speed", options.speed, "Of --load recorded: so many times as fast [1]");
  command.add_option("--duration", options.duration, "How long the load is timed")
      ->capture_default_str();
  command.add_option("--warm-up", options.warm_up, "Of the same load before that, not timed; or 0")
      ->capture_default_str();
  command.add_option("--from", options.from,
                     "Where the load begins: 09:30, #1000, or open; before it, full speed");
  command.add_option("--preset", options.preset,
                     "Of the simulated market, as in simulate [default]");
  command.add_option("--instruments", options.instruments,
                     "Of the simulated market, 1 to 65536 [10]");
  command.add_option("--seed", options.seed, "Of the market and of poisson times")
      ->capture_default_str();
  RunOptions& run = options.input.run;
  run.pin = "auto";
  run.wait.clear();
  run.shards = "1";
  command
      .add_option("--shards", run.shards, "Shard threads, 0 to 64; 0: one thread does everything")
      ->capture_default_str();
  add_thread_options(command, run);
  command.get_option("--wait")->description(
      "What idle threads do: spin, yield, park, auto [spin with a core each, else auto]");
  command.add_option("--queue-full", run.queue_full, "When shards lag: block or drop")
      ->capture_default_str();
  command
      .add_option("--strategy", run.strategies,
                  "Signals on every book, NAME[:key=value,...], repeatable")
      ->allow_extra_args(false);
  command
      .add_option("--sample-every", options.sample_every,
                  "Sample one event of so many; auto: at most 250,000 a second")
      ->capture_default_str();
  command.add_option("--report", options.report, "Results as one page for a browser, a file");
  command.add_flag("--json", run.json, "Results as one JSON object on stdout");
  command.add_flag("--quiet", run.quiet, "No live line while it runs");
}

void add_latency(CLI::App& bench, LatencyOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = bench.add_subcommand(
      "latency", "How long events take through the engine, stage by stage, under a load of yours");
  command->add_option("--rate", options.rate, "Messages a second, like 100k [100k]");
  command->add_option("--hgrm", options.hgrm,
                      "Folder to write each stage's distribution to, for HdrHistogram's plotters");
  add_load_options(*command, options);
  command->callback([&options, &chosen] {
    chosen = [&options] { return bench_latency(options, command_as_typed()); };
  });
}

void add_saturate(CLI::App& bench, SaturateOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = bench.add_subcommand(
      "saturate", "How much load the engine stands before waiting begins to rule: the knee");
  command->add_option("--first", options.first, "The slowest load, messages a second")
      ->capture_default_str();
  command->add_option("--last", options.last, "No load is faster")->capture_default_str();
  command
      ->add_option("--percentile", options.percentile,
                   "Of the times from due to book, which must stay within the limit")
      ->capture_default_str();
  command
      ->add_option("--limit", options.limit,
                   "Of that percentile; auto: ten times what it is under the slowest load")
      ->capture_default_str();
  options.load.duration = "1s";
  options.load.warm_up = "200ms";
  add_load_options(*command, options.load);
  command->get_option("--load")->description(
      "constant, poisson, or bursts[:period=10ms,share=0.1]");
  command->remove_option(command->get_option("--speed"));
  command->callback([&options, &chosen] {
    chosen = [&options] { return bench_saturate(options, command_as_typed()); };
  });
}

void add_compare(CLI::App& bench, CompareOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = bench.add_subcommand(
      "compare", "Whether two results of bench latency differ by more than the runs themselves do");
  command->add_option("A", options.a, "What bench latency --json wrote; - is standard input")
      ->required();
  command->add_option("B", options.b, "What it wrote the other time")->required();
  command->add_flag("--json", options.json, "The comparison as one JSON object on stdout");
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
