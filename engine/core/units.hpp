// Parses and formats counts, bytes and durations as people write them, with units. Cold paths only:
// these functions allocate.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck {

/// Parses a text like "250000", "250,000", "250k", "250K", "2.5M", "1G" or "1e6". The resulting
/// number must be whole, from 1 to 9,223,372,036,854,775,807. Returns nothing for any other text.
[[nodiscard]] std::optional<u64> parse_count(std::string_view text);
/// Parses the format of parse_count(), of a number that need not be whole: "6.3", "0.5k". It must
/// be above zero, with at most nine decimals.
[[nodiscard]] std::optional<double> parse_rate(std::string_view text);
/// Parses a text like "500MiB" or "8GB", in any case, or any text that parse_count() accepts: "8G"
/// and "8GB" are 8,000,000,000 bytes, "8GiB" 8 times 2^30. Returns nothing for any other text, for
/// zero, or if the number of bytes does not fit into a u64.
[[nodiscard]] std::optional<u64> parse_bytes(std::string_view text);
/// Parses a text like "10s", "1.5s", "1ms", "250us", "5m", "2min", "1h30m" or "100ns": numbers with
/// their units, the largest unit first; only the last number may have decimals. Returns nothing for
/// any other text, for zero, for parts of a nanosecond, or on overflow.
[[nodiscard]] std::optional<Nanos> parse_duration(std::string_view text);
/// Parses the format of parse_duration(). A number without a unit, as parse_count() and
/// parse_rate() take it, is in seconds: "10", "0.5", "1,000", "1e3".
[[nodiscard]] std::optional<Nanos> parse_seconds(std::string_view text);
/// Returns a text like "1,234,567".
[[nodiscard]] std::string grouped(u64 number);
/// Returns a number with what agrees with it: counted(1, "row is wrong", "rows are wrong") is
/// "1 row is wrong", counted(2'000, "row") is "2,000 rows".
[[nodiscard]] std::string counted(u64 number, std::string_view one, std::string_view many);
[[nodiscard]] std::string counted(u64 number, std::string_view noun);
/// Returns a text like "870 ns", "61 us" or "1.2 ms"; with `digits` 3, "61.3 us" or "1.24 ms".
[[nodiscard]] std::string duration_for_people(Nanos duration, int digits = 2);

}  // namespace tapedeck
