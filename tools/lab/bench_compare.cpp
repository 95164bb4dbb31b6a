#include "tools/lab/bench_compare.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "tools/cli/standard_streams.hpp"
#include "tools/lab/comparison_report.hpp"

namespace tapedeck::tools {

ExitCode bench_compare(const CompareOptions& options) {
  if (options.a == "-" && options.b == "-") {
    throw UsageError("- (standard input): cannot be both A and B; save one of them to a file");
  }
  SavedLatency a = saved_latency(options.a);  // read in order, so that errors name the first
  const LatencyComparison comparison = compared(std::move(a), saved_latency(options.b));
  if (options.json) {
    print_json(json_of(comparison));
  } else {
    print_results(table_of(comparison));
  }
  return comparison.differs() ? ExitCode::difference : ExitCode::done;
}

}  // namespace tapedeck::tools
