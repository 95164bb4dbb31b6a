// What all benchmark programs have in common: their main, their sizes, and what they do when an
// answer is wrong.
//
// A program hands run() its name and a function that checks its answer. run() understands --smoke
// besides Google Benchmark's own flags, says on what machine it runs, warns when checks are built
// in, checks the answer, and only then lets the benchmarks run. Results go to
// stdout, everything else to stderr. One thread.
#pragma once

#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck::bench {

/// What this program works on: `real`, or `smoke`, the size that ctest runs. From run() on.
[[nodiscard]] u64 sized(u64 real, u64 smoke);

/// Ends the run with exit 1 unless `right`: a wrong answer has no speed. Call it from the thread
/// that run() was called on.
void require(bool right, std::string_view otherwise);

struct Program {
  std::string_view name;
  /// Calls require() for all that must hold; returns a checksum of the answer.
  u64 (*check_answer)();
  bool two_threads = false;  // its figures hang on how far apart two cores are
};

/// What main() returns.
[[nodiscard]] int run(int count, char** arguments, const Program& program);

/// The machine and the warning alone, for programs that are not Google Benchmark's.
void announce(std::string_view name);

}  // namespace tapedeck::bench
