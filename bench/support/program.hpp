// The common part of all benchmark programs: main(), the problem sizes, and the check of the
// answer.
//
// A program hands run() its name and a function that checks its answer. run() accepts --smoke and
// Google Benchmark's own flags. It reports the machine, warns about a build with assertions or
// sanitizers, checks the answer, and then runs the benchmarks. Results go to
// stdout, everything else to stderr. One thread.
#pragma once

#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck::bench {

/// Returns the problem size: `smoke` under --smoke, which ctest uses, otherwise `real`. Valid once
/// run() has been called.
[[nodiscard]] u64 sized(u64 real, u64 smoke);

/// If `right` is false, makes run() print `otherwise` and return 1, because the speed of a wrong
/// answer means nothing. Called from run()'s thread.
void require(bool right, std::string_view otherwise);

struct Program {
  std::string_view name;
  /// Checks the answer by calls of require(), and returns a checksum of the answer.
  u64 (*check_answer)();
  bool two_threads = false;  // the figures depend on the distance between two cores
};

/// Runs the program. Returns main()'s exit status: 0, 1 for a wrong answer, 2 for an unknown flag.
[[nodiscard]] int run(int count, char** arguments, const Program& program);

/// Prints only the machine and the warning, for programs that do not use Google Benchmark.
void announce(std::string_view name);

}  // namespace tapedeck::bench
