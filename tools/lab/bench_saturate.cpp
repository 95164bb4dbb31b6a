#include "tools/lab/bench_saturate.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/core/units.hpp"
#include "tools/cli/outputs.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/lab/bench_page.hpp"
#include "tools/lab/load_bench.hpp"
#include "tools/lab/saturation_report.hpp"

namespace tapedeck::tools {

ExitCode bench_saturate(const SaturateOptions& options) {
  const KneeSearch search = knee_search(options);
  (void)plan_of_step(options, search.last_per_s);  // refused before anything is measured
  const LatencyPlan first = plan_of_step(options, search.first_per_s);
  TextOutputs outputs{{{options.load.report}}, files_read(options.load.input)};
  LoadBench bench{first, provenance_of(files_read(options.load.input)),
                  options.load.input.run.quiet};
  bench.begin();
  std::vector<std::string> damage;  // of any step; usually all have the same
  const auto measure = [&](double per_s) -> std::optional<LatencyFigures> {
    const LatencyPlan plan = plan_of_step(options, per_s);
    LatencyFigures figures =
        bench.run(plan, Queues::watched,
                  "running: " + plan.load_text + ", " +
                      duration_for_people(plan.span.warm_up + plan.span.duration));
    if (bench.stopped()) return {};
    for (const std::string& found : figures.damage) {
      if (std::ranges::find(damage, found) == damage.end()) damage.push_back(found);
    }
    return figures;
  };
  SaturationResults results;
  results.found = find_knee(search, measure);
  const bool measured = !results.found.steps.empty();
  const std::optional<ExitCode> stopped =
      bench.end(measured ? LoadBench::Figures::there : LoadBench::Figures::none_after_signal);
  if (stopped && !measured) return *stopped;
  static_cast<LoadConditions&>(results) = bench.conditions();
  results.load += ", then faster";
  results.sample_every = results.found.at_knee.sample_every;
  results.found.at_knee.damage = damage;
  warn_of(results, results.found.at_knee);
  if (!options.load.report.empty()) outputs.write(options.load.report, page_of(results));
  if (options.load.input.run.json) {
    print_json(json_of(results), results.provenance);
  } else {
    print_results(table_of(results));
  }
  const ExitCode code = stopped                        ? *stopped
                        : !damage.empty()              ? ExitCode::damaged_input
                        : outputs.failed()             ? ExitCode::failed
                        : why_invalid(results).empty() ? ExitCode::done
                                                       : ExitCode::difference;
  return outputs.end(code);
}

}  // namespace tapedeck::tools
