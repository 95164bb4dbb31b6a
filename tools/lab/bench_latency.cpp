#include "tools/lab/bench_latency.hpp"

#include <memory>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "engine/core/units.hpp"
#include "engine/latency/percentile_distribution.hpp"
#include "tools/cli/outputs.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/lab/bench_page.hpp"
#include "tools/lab/latency_report.hpp"
#include "tools/lab/load_bench.hpp"
#include "tools/run/snapshot_output.hpp"

namespace tapedeck::tools {
namespace {

std::string distribution_path(const std::string& folder, std::size_t span) {
  return folder + "/" + std::string{latency::kLatencySpanNames[span]} + ".hgrm";
}

std::vector<OutputRequest> requests_of(const LatencyOptions& options) {
  std::vector<OutputRequest> requests{{options.report}, {options.input.run.out}};
  for (std::size_t i = 0; !options.hgrm.empty() && i < latency::kLatencySpans; ++i) {
    requests.push_back({distribution_path(options.hgrm, i)});
  }
  return requests;
}

void write_distributions(const std::string& folder, const LatencyFigures& run,
                         TextOutputs& outputs) {
  for (std::size_t i = 0; i < latency::kLatencySpans; ++i) {
    if (!run.why_none[i].empty()) continue;
    outputs.write(distribution_path(folder, i),
                  latency::percentile_distribution(run.spans[static_cast<latency::LatencySpan>(i)],
                                                   Nanos{1}));
  }
}

}  // namespace

ExitCode bench_latency(const LatencyOptions& options) {
  LatencyPlan plan = latency_plan(options, Reader::if_possible);
  std::optional<NewFolder> folder;
  if (!options.hgrm.empty()) folder.emplace(options.hgrm, "--hgrm");
  TextOutputs outputs{requests_of(options), files_read(options.input)};
  if (folder) folder->keep();
  LoadBench bench{plan, provenance_of(files_read(options.input)), options.input.run.quiet};
  LatencyResults results;
  bench.begin();
  const std::unique_ptr<output::SnapshotFile> snapshots =
      snapshot_output(options.input.run, plan.engine, plan.time_base, bench.conditions().provenance,
                      outputs.take(options.input.run.out), bench.stop_flag());
  plan.engine.cut_sink = snapshots.get();
  results.run = bench.run(plan, Queues::unwatched,
                          "running: " + plan.load_text + ", " +
                              duration_for_people(plan.span.warm_up + plan.span.duration));
  const bool whole = !bench.stopped();
  const std::optional<ExitCode> stopped =
      bench.end(whole ? LoadBench::Figures::there : LoadBench::Figures::none_after_signal);
  if (stopped && !whole) return *stopped;
  static_cast<LoadConditions&>(results) = bench.conditions();
  warn_of(results, results.run);
  if (snapshots) outputs.add([&] { return snapshots->finish(); });
  if (!options.hgrm.empty()) write_distributions(options.hgrm, results.run, outputs);
  if (!options.report.empty()) outputs.write(options.report, page_of(results));
  if (options.input.run.json) {
    print_json(json_of(results), results.provenance);
  } else if (is_standard_output(options.input.run.out)) {
    print_beside_rows(table_of(results), options.input.run.quiet);
  } else {
    print_results(table_of(results));
  }
  const ExitCode code = stopped                        ? *stopped
                        : !results.run.damage.empty()  ? ExitCode::damaged_input
                        : outputs.failed()             ? ExitCode::failed
                        : why_invalid(results).empty() ? ExitCode::done
                                                       : ExitCode::difference;
  return outputs.end(code);
}

}  // namespace tapedeck::tools
