// The canary of all benchmarks: its answer is wrong, and its test passes only if that ends it.
#include <benchmark/benchmark.h>

#include "bench/support/program.hpp"

namespace tapedeck {
namespace {

void go_wrong(benchmark::State& state) {
  for (auto _ : state) bench::require(false, "planted");
}
BENCHMARK(go_wrong);

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  return tapedeck::bench::run(count, arguments, {"wrong_answer", [] { return tapedeck::u64{0}; }});
}
