#include "tools/lab/bench_compare.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "engine/core/printable.hpp"
#include "tools/cli/provenance.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/lab/comparison_report.hpp"
#include "tools/lab/result_field.hpp"
#include "tools/lab/throughput_comparison.hpp"

namespace tapedeck::tools {
namespace {

struct SavedResult {
  std::string file;
  nlohmann::json content;
  std::string benchmark;  // "latency" or "throughput"
};

SavedResult saved_result(const std::string& path) {
  auto [content, file] = result_content(path);
  SavedResult result{file, parsed_result(content, file), {}};
  result.benchmark = benchmark_of(result.content, file);
  if (result.benchmark == "latency" || result.benchmark == "throughput") return result;
  constexpr std::size_t kMostShown = 40;  // of an unknown benchmark's name
  throw UsageError(file + ": is a result of bench " +
                   printable(result.benchmark.substr(0, kMostShown)) +
                   "; compare takes those of `tapedeck bench latency --json` and of `bench "
                   "throughput --json`");
}

template <class Comparison>
ExitCode report(const Comparison& comparison, const CompareOptions& options) {
  if (options.json) {
    print_json(json_of(comparison), provenance_of({options.a, options.b}));
  } else {
    print_results(options.markdown ? markdown_of(comparison) : table_of(comparison));
  }
  return comparison.differs() ? ExitCode::difference : ExitCode::done;
}

}  // namespace

ExitCode bench_compare(const CompareOptions& options) {
  if (options.a == "-" && options.b == "-") {
    throw UsageError("- (standard input): cannot be both A and B; save one of them to a file");
  }
  if (options.json && options.markdown) {
    throw UsageError("--markdown and --json are two forms of one report; give one of them");
  }
  const CompareThresholds thresholds = thresholds_of(options.thresholds);
  const SavedResult a = saved_result(options.a);  // read in order, so that errors name the first
  const SavedResult b = saved_result(options.b);
  if (a.benchmark != b.benchmark) {
    throw UsageError(a.file + " is a result of bench " + a.benchmark + ", " + b.file +
                     " of bench " + b.benchmark + "; give two of one kind");
  }
  if (a.benchmark == "throughput") {
    SavedThroughput of_a = saved_throughput_in(a.content, a.file);
    return report(compared(std::move(of_a), saved_throughput_in(b.content, b.file), thresholds),
                  options);
  }
  SavedLatency of_a = saved_latency_in(a.content, a.file);
  return report(compared(std::move(of_a), saved_latency_in(b.content, b.file), thresholds),
                options);
}

}  // namespace tapedeck::tools
