// Which seeds a randomised test goes through: few in a check, so that it stays quick, and others
// and more of them by night.
#pragma once

#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

#include "engine/core/types.hpp"

namespace tapedeck::test {

/// A whole number in the environment, or `otherwise`.
inline u64 environment_number(const char* name, u64 otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr && *text != '\0' ? std::stoull(text) : otherwise;
}

/// Seeds 1 to `count`. With TAPEDECK_FIRST_SEED=N those from N on, with TAPEDECK_TIMES_SEEDS=K as
/// many times as many: a failing test prints its seed, and TAPEDECK_FIRST_SEED repeats it.
inline std::vector<u64> seeds(u64 count) {
  std::vector<u64> all(count * environment_number("TAPEDECK_TIMES_SEEDS", 1));
  std::iota(all.begin(), all.end(), environment_number("TAPEDECK_FIRST_SEED", 1));
  return all;
}

}  // namespace tapedeck::test
