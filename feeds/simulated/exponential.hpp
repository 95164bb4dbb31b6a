// Draws exponentially distributed numbers that are the same on every machine.
//
// The logarithm of the C library may differ in its last bit between processors, which could change
// the order of events. portable_log() uses only additions, multiplications and divisions, whose
// results IEEE 754 defines exactly. Files that include this header are compiled with
// -ffp-contract=off.
#pragma once

#include <cmath>
#include <numbers>

#include "engine/core/random.hpp"

namespace tapedeck::simulated {

/// Returns the natural logarithm of a normal number above zero, to about 1e-14.
[[nodiscard]] inline double portable_log(double x) {
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);  // exact
  if (mantissa < std::numbers::sqrt2 / 2) {
    mantissa *= 2;
    --exponent;
  }
  // log m = 2 atanh(s), s = (m - 1) / (m + 1), by its power series; |s| < 0.172.
  const double s = (mantissa - 1) / (mantissa + 1);
  const double square = s * s;
  double sum = 0;
  for (int power = 17; power >= 1; power -= 2) sum = sum * square + 1.0 / power;
  return 2 * s * sum + exponent * std::numbers::ln2;
}

/// Draws a number with mean 1, above 0 and below 37.
[[nodiscard]] inline double exponential(Random& random) {
  // 52 bits plus one half: exact in a double, and never 0 or 1.
  constexpr double kUnit = 0x1.0p-52;
  const double uniform = (static_cast<double>(random.next() >> 12) + 0.5) * kUnit;
  return -portable_log(uniform);
}

}  // namespace tapedeck::simulated
