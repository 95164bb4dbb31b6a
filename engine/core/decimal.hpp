// Numbers as exact decimal text. Cold paths only: these allocate.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck {

/// Returns a price as text: "585.33" for 585'330'000'000. Writes no trailing zeros, and no decimal
/// point for a whole number. Returns an empty text for kNoPrice.
[[nodiscard]] std::string decimal(Price price);
/// Parses the format of decimal(): up to nine decimals, optional minus sign. Returns empty for any
/// other text and on overflow.
[[nodiscard]] std::optional<Price> parse_price(std::string_view text);
/// Parses digits with an optional minus sign in front. Returns empty for any other text and on
/// overflow.
[[nodiscard]] std::optional<i64> parse_integer(std::string_view text);
/// Returns the value rounded to `decimals` decimals: "1.16" for two.
[[nodiscard]] std::string with_decimals(double value, int decimals);
/// Returns the value as 16 lower-case hex digits.
[[nodiscard]] std::string hex16(u64 value);

}  // namespace tapedeck
