// From whole numbers, in which everything is kept and summed, to the values that are shown.
#pragma once

#include "engine/core/types.hpp"

namespace tapedeck::strategies {

/// The nearest double, or one beside it. `below` > 0.
[[nodiscard]] constexpr double ratio(i128 above, i128 below) {
  const i128 whole = above / below;
  const i128 rest = above % below;
  return static_cast<double>(whole) + static_cast<double>(rest) / static_cast<double>(below);
}

/// Of an amount in price units.
[[nodiscard]] constexpr double in_currency(i128 units) {
  return ratio(units, kPriceUnitsPerOne);
}
[[nodiscard]] constexpr double in_currency(Price price) {
  return in_currency(i128{price.value});
}

}  // namespace tapedeck::strategies
