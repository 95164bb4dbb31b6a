// A small random number generator for tests, demos and simulations. Equal seeds give equal numbers
// on every machine.
#pragma once

#include "engine/core/types.hpp"

namespace tapedeck {

/// SplitMix64 (Steele, Lea, Flood 2014): one addition and two multiplications per number.
class Random {
 public:
  explicit Random(u64 seed) : state_(seed) {}

  u64 next() {
    state_ += 0x9E3779B97F4A7C15U;
    u64 z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  /// Returns a number that is uniform in [0, bound). `bound` must be above 0.
  u64 below(u64 bound) {
    __extension__ using u128 = unsigned __int128;
    return static_cast<u64>((static_cast<u128>(next()) * bound) >> 64);
  }
  /// Returns a number that is uniform in [0, 1).
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double probability) { return unit() < probability; }

 private:
  u64 state_;
};

}  // namespace tapedeck
