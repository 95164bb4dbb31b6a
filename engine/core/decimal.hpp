// Numbers as exact decimal text. Cold paths only: these allocate.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck {

/// "585.33" for 585'330'000'000; no trailing zeros, no decimal point where none is needed; empty
/// for kNoPrice.
[[nodiscard]] std::string decimal(Price price);
/// The reverse of decimal(): up to nine decimals, optional minus sign. Empty on anything else or on
/// overflow.
[[nodiscard]] std::optional<Price> parse_price(std::string_view text);
/// Digits, with a minus sign in front at most; nothing else around them. Empty on anything else or
/// on overflow.
[[nodiscard]] std::optional<i64> parse_integer(std::string_view text);
/// "1.16" with two decimals, rounded.
[[nodiscard]] std::string with_decimals(double value, int decimals);
/// 16 lower-case hex digits.
[[nodiscard]] std::string hex16(u64 value);

}  // namespace tapedeck
