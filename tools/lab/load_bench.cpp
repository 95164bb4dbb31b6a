#include "tools/lab/load_bench.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "engine/core/units.hpp"
#include "engine/system/cpu_topology.hpp"
#include "tools/cli/signals.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/live/live_line.hpp"

namespace tapedeck::tools {
LoadBench::LoadBench(const LatencyPlan& plan, Provenance provenance, bool quiet)
    : live_(shows_live(quiet)) {
  conditions_.machine = system::this_environment();
  conditions_.provenance = std::move(provenance);
  conditions_.source = plan.source;
  conditions_.load = plan.load_text;
  conditions_.from = plan.from;
  conditions_.time_base = plan.time_base;
  conditions_.wait = plan.wait;
  conditions_.shards = plan.engine.shards;
  conditions_.sample_every = plan.sample_every;
  conditions_.warm_up = plan.span.warm_up;
  conditions_.cores = plan.cores;
  conditions_.watch = plan.watch;
  if (plan.from && plan.from->place.time && !quiet) {
    spdlog::info("--from {}: {}", plan.from->given, plan.from->meaning);
  }
}

void LoadBench::begin() {
  show_phase("measuring the machine");
  measure_machine(conditions_, Measured::before);
  system::EngineClock chosen = system::choose_clock(system::this_cpu_topology(), conditions_.cores);
  clock_ = std::move(chosen.clock);
  conditions_.clock = std::move(chosen.name);
  conditions_.clock_why = std::move(chosen.why);
  conditions_.clock_offset = std::move(chosen.offset);
}

LatencyFigures LoadBench::run(const LatencyPlan& plan, Queues queues, const std::string& what) {
  show_phase(what);
  return run_under_load(
      plan, *clock_, stop_.flag(), [this] { stop_.give_up(); }, queues);
}

std::optional<ExitCode> LoadBench::end(Figures figures) {
  if (live_) clear_live_line();
  const bool stopped_before = stopped();
  if (stopped_before) {
    spdlog::warn("stopped by a signal: {}", figures == Figures::there
                                                ? "measuring the machine again, then the figures "
                                                  "so far; another one ends this at once"
                                                : "there are no figures");
  }
  if (!stopped_before || figures == Figures::there) {
    show_phase("measuring the machine again");
    measure_machine(conditions_, Measured::after);
    if (live_) clear_live_line();
  }
  if (!stopped()) return {};
  return code_after(stop_.received());
}

void LoadBench::show_phase(const std::string& what) const {
  if (live_) draw_text(what);
}

void warn_of(const LoadConditions& conditions, const LatencyFigures& run) {
  for (const std::string& damage : run.damage) spdlog::error("{}", damage);
  for (const std::string& warning : run.warnings) spdlog::warn("{}", warning);
  if (!conditions.machine.fit_for_figures()) {
    spdlog::warn("a {} build: its measurements are not comparable",
                 system::build_kind(conditions.machine));
  }
  if (run.ran_dry) {
    spdlog::warn("the input ended after {} of timed load: the figures are of that",
                 duration_for_people(run.timed_span));
  }
}

}  // namespace tapedeck::tools
