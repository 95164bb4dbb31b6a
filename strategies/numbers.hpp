// Converts integers, in which strategies store and sum values, to the doubles that outputs show.
#pragma once

#include "engine/core/types.hpp"
#include "engine/strategy/strategy.hpp"

namespace tapedeck::strategies {

/// Returns above / below. For `below` up to 2^53, the result is the nearest double or one next to
/// it. Requires `below` > 0.
[[nodiscard]] constexpr double ratio(i128 above, i128 below) {
  const i128 whole = above / below;
  const i128 rest = above % below;
  return static_cast<double>(whole) + static_cast<double>(rest) / static_cast<double>(below);
}

/// Returns the share that `part` has of `whole`; not available while `whole` is 0.
[[nodiscard]] constexpr double share(i128 part, i128 whole) {
  return whole == 0 ? strategy::kNotAvailable : ratio(part, whole);
}

/// Converts an amount in price units to currency.
[[nodiscard]] constexpr double in_currency(i128 units) {
  return ratio(units, kPriceUnitsPerOne);
}
[[nodiscard]] constexpr double in_currency(Price price) {
  return in_currency(i128{price.value});
}

}  // namespace tapedeck::strategies
