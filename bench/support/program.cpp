#include "bench/support/program.hpp"

#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "engine/system/core_hop.hpp"
#include "engine/system/environment.hpp"

namespace tapedeck::bench {
namespace {

bool smoke_size = false;  // set once by run(), before anything else does

class WrongAnswer : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Takes --smoke out of the arguments; few iterations stand in for it.
std::vector<char*> words_for_google(int count, char** arguments) {
  static char shortest[] = "--benchmark_min_time=0.001";
  std::vector<char*> words{arguments, arguments + count};
  for (char*& word : words) {
    if (std::string_view{word} != "--smoke") continue;
    smoke_size = true;
    word = shortest;
  }
  return words;
}

void warn_if_unfit(std::string_view name, const system::Environment& machine) {
  if (machine.fit_for_figures()) return;
  std::fprintf(stderr, "%s: checks are built in; these are no figures\n",
               std::string{name}.c_str());
}

std::string core_hop() {
  const system::CoreHop hop = system::measure_core_hop();
  return hop.one_way ? std::to_string(hop.one_way->value) + " ns one way" : hop.why_none;
}

}  // namespace

u64 sized(u64 real, u64 smoke) {
  return smoke_size ? smoke : real;
}

void require(bool right, std::string_view otherwise) {
  if (!right) throw WrongAnswer{std::string{otherwise}};
}

void announce(std::string_view name) {
  const system::Environment machine = system::this_environment();
  std::fprintf(stderr, "machine: %s\n", system::describe(machine).c_str());
  warn_if_unfit(name, machine);
}

int run(int count, char** arguments, const Program& program) {
  std::vector<char*> words = words_for_google(count, arguments);
  int words_left = static_cast<int>(words.size());
  benchmark::Initialize(&words_left, words.data());
  if (benchmark::ReportUnrecognizedArguments(words_left, words.data())) return 2;
  const std::string name{program.name};
  const system::Environment machine = system::this_environment();
  warn_if_unfit(name, machine);
  // Google Benchmark prints it with its own header, and writes it into files of figures too.
  benchmark::AddCustomContext("machine", system::describe(machine));
  if (program.two_threads) benchmark::AddCustomContext("core_hop", core_hop());
  try {
    const u64 checksum = program.check_answer();
    std::fprintf(stderr, "%s: answer checked, checksum %016llx\n", name.c_str(),
                 static_cast<unsigned long long>(checksum));
    benchmark::RunSpecifiedBenchmarks();
  } catch (const WrongAnswer& error) {
    std::fprintf(stderr, "%s: wrong answer: %s\n", name.c_str(), error.what());
    return 1;
  }
  return 0;
}

}  // namespace tapedeck::bench
