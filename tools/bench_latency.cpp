#include "tools/bench_latency.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "engine/core/percentile_distribution.hpp"
#include "engine/core/text.hpp"
#include "tools/latency_report.hpp"
#include "tools/latency_run.hpp"
#include "tools/live_line.hpp"
#include "tools/output.hpp"
#include "tools/signals.hpp"

namespace tapedeck::tools {
namespace {

constexpr Nanos kNoiseWatched{kNanosPerSecond};

// The limits that the machine sets, on the cores that will be, or have been, under load.
void measure_machine(const std::vector<int>& cores, thread::CoreHop& hop,
                     std::vector<thread::CoreNoise>& noise) {
  noise = thread::measure_spin_noise(cores, kNoiseWatched);
  hop = thread::measure_core_hop(cores);
}

void warn_of(const LatencyResults& results) {
  for (const std::string& damage : results.run.damage) spdlog::error("{}", damage);
  for (const std::string& warning : results.run.warnings) spdlog::warn("{}", warning);
  if (!results.machine.fit_for_figures()) {
    spdlog::warn("a {} build: what it measures are no figures", build_kind(results.machine));
  }
  if (results.run.ran_dry) {
    spdlog::warn("the input ended after {} of timed load: the figures are of that",
                 duration_for_people(results.run.timed_span));
  }
}

void make_folder(const std::string& path) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed || !std::filesystem::is_directory(path)) {
    throw UsageError("--hgrm " + path + ": cannot be made a folder (" + failed.message() +
                     "); give one that can be written to");
  }
}

// False when one could not be.
bool write_distributions(const std::string& folder, const LatencyFigures& run) {
  bool all = true;
  for (std::size_t i = 0; i < pipeline::kLegs; ++i) {
    if (!run.why_none[i].empty()) continue;
    const std::string path = folder + "/" + std::string{pipeline::kLegNames[i]} + ".hgrm";
    std::ofstream file{path};
    file << percentile_distribution(run.legs[static_cast<pipeline::Leg>(i)], Nanos{1})
         << std::flush;
    if (file) continue;
    spdlog::error("{}: cannot be written; is the disk full?", path);
    all = false;
  }
  return all;
}

}  // namespace

ExitCode bench_latency(const LatencyOptions& options, const std::string& command) {
  const LatencyPlan plan = latency_plan(options);
  if (!options.hgrm.empty()) make_folder(options.hgrm);
  StopOnSignal stop;
  const bool live = ::isatty(STDERR_FILENO) == 1 && !options.input.run.quiet;
  const auto tell = [live](const std::string& what) {
    if (live) draw_text(what);
  };
  LatencyResults results;
  results.machine = thread::this_machine();
  results.command = command;
  results.source = plan.source;
  results.load = plan.load_text;
  results.wait = plan.wait;
  results.shards = plan.engine.shards;
  results.sample_every = plan.sample_every;
  results.warm_up = plan.span.warm_up;
  results.cores = plan.cores;

  tell("measuring the machine");
  measure_machine(plan.cores, results.hops.before, results.noise_before);
  thread::EngineClock clock = thread::choose_clock(thread::this_host(), plan.cores);
  results.clock = clock.name;
  results.clock_why = clock.why;
  results.clock_offset = clock.offset;
  tell("running: " + plan.load_text + ", " +
       duration_for_people(plan.span.warm_up + plan.span.duration));
  results.run = run_under_load(plan, *clock.clock, stop.flag(), [&stop] { stop.give_up(); });
  if (stop.received() == 0) {
    tell("measuring the machine again");
    measure_machine(plan.cores, results.hops.after, results.noise_after);
  }
  if (live) clear_live_line();
  if (stop.received() != 0) {
    spdlog::warn("stopped by a signal: there are no figures");
    return stop.received() == SIGINT ? ExitCode::interrupted : ExitCode::terminated;
  }
  warn_of(results);
  const bool written = options.hgrm.empty() || write_distributions(options.hgrm, results.run);
  if (options.input.run.json) {
    print_json(json_of(results));
  } else {
    print_results(table_of(results));
  }
  if (!results.run.damage.empty()) return ExitCode::damaged_input;
  if (!written) return ExitCode::failed;
  return results.why_invalid().empty() ? ExitCode::done : ExitCode::difference;
}

}  // namespace tapedeck::tools
