// Numbers and names as people read and write them. Cold paths only: these allocate.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/types.hpp"

namespace tapedeck {

/// "585.33" for 585'330'000'000; no trailing zeros, no decimal point where none is needed; empty
/// for kNoPrice.
[[nodiscard]] std::string decimal(Price price);
/// As decimal(), with two decimals at least, so that columns of cents line up; "-" for kNoPrice.
[[nodiscard]] std::string price_for_people(Price price);
/// The reverse of decimal(): up to nine decimals, optional sign. Empty on anything else or on
/// overflow.
[[nodiscard]] std::optional<Price> parse_price(std::string_view text);
/// Digits only, nothing around them. Empty on anything else or on overflow.
[[nodiscard]] std::optional<i64> parse_integer(std::string_view text);
/// "250000", "250k", "2.5M", "1G": a whole number above zero once multiplied out. Empty on anything
/// else or on overflow.
[[nodiscard]] std::optional<u64> parse_count(std::string_view text);
/// "500MiB", "8GiB", or as parse_count(): 8G are 8,000,000,000 bytes. Empty on anything else, on
/// zero, or on overflow.
[[nodiscard]] std::optional<u64> parse_bytes(std::string_view text);
/// "10s", "1ms", "250us", "5m", "1h", "100ns". Empty on anything else, on zero, or on overflow.
[[nodiscard]] std::optional<Nanos> parse_duration(std::string_view text);
/// "1,234,567".
[[nodiscard]] std::string grouped(u64 number);
/// "1.5 MiB" and the like.
[[nodiscard]] std::string bytes_for_people(u64 bytes);
/// "870 ns", "61 us", "1.2 ms" and the like; with three digits "61.3 us", "1.24 ms".
[[nodiscard]] std::string duration_for_people(Nanos duration, int digits = 2);
/// "1.16" with two of them, rounded.
[[nodiscard]] std::string with_decimals(double value, int decimals);
/// 16 lower-case hex digits.
[[nodiscard]] std::string hex16(u64 value);
/// The candidate with the fewest edits to `word`, if it is near enough to be what was meant.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 std::span<const std::string> candidates);
/// Symbols are bytes from the wire: what is no printable ASCII becomes a question mark.
[[nodiscard]] std::string printable(std::string_view text);
/// Text as a terminal may show it: what would steer it, control characters and those that turn the
/// direction of writing, stands as \x1b or \u202e; so do bytes that are no UTF-8. The rest stays.
[[nodiscard]] std::string harmless(std::string_view text);
/// Filled up with blanks to `width`; longer text stays as it is.
[[nodiscard]] std::string left_aligned(std::string_view text, std::size_t width);
[[nodiscard]] std::string right_aligned(std::string_view text, std::size_t width);
/// A field of a CSV row, quoted only where it has to be.
[[nodiscard]] std::string csv_field(std::string_view text);
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);

}  // namespace tapedeck
