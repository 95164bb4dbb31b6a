#include "tools/lab/bench_latency.hpp"

#include <filesystem>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "engine/core/units.hpp"
#include "engine/latency/percentile_distribution.hpp"
#include "engine/output/output_place.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/lab/bench_page.hpp"
#include "tools/lab/latency_report.hpp"
#include "tools/lab/load_bench.hpp"

namespace tapedeck::tools {
namespace {

void make_folder(const std::string& path) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed || !std::filesystem::is_directory(path)) {
    throw UsageError("--hgrm " + path + ": the folder cannot be created (" + failed.message() +
                     "); check the path and its permissions");
  }
}

// Returns false when one could not be written.
bool write_distributions(const std::string& folder, const LatencyFigures& run) {
  bool all = true;
  for (std::size_t i = 0; i < latency::kLatencySpans; ++i) {
    if (!run.why_none[i].empty()) continue;
    const std::string path = folder + "/" + std::string{latency::kLatencySpanNames[i]} + ".hgrm";
    all &=
        output::write_whole(path, latency::percentile_distribution(
                                      run.spans[static_cast<latency::LatencySpan>(i)], Nanos{1}));
  }
  return all;
}

}  // namespace

ExitCode bench_latency(const LatencyOptions& options, const std::string& command) {
  const LatencyPlan plan = latency_plan(options, Reader::if_possible);
  check_outputs({options.report}, files_read(options.input));
  if (!options.hgrm.empty()) make_folder(options.hgrm);
  LoadBench bench{plan, command, options.input.run.quiet};
  LatencyResults results;
  bench.begin();
  results.run = bench.run(plan, Queues::unwatched,
                          "running: " + plan.load_text + ", " +
                              duration_for_people(plan.span.warm_up + plan.span.duration));
  const bool whole = !bench.stopped();
  const std::optional<ExitCode> stopped =
      bench.end(whole ? LoadBench::Figures::there : LoadBench::Figures::none_after_signal);
  if (stopped && !whole) return *stopped;
  static_cast<LoadConditions&>(results) = bench.conditions();
  warn_of(results, results.run);
  bool written = options.hgrm.empty() || write_distributions(options.hgrm, results.run);
  if (!options.report.empty()) written &= output::write_whole(options.report, page_of(results));
  if (options.input.run.json) {
    print_json(json_of(results));
  } else {
    print_results(table_of(results));
  }
  if (stopped) return *stopped;
  if (!results.run.damage.empty()) return ExitCode::damaged_input;
  if (!written) return ExitCode::failed;
  return results.run.why_invalid().empty() ? ExitCode::done : ExitCode::difference;
}

}  // namespace tapedeck::tools
