// Parses and formats counts, bytes and durations as people write them, with units. Cold paths only:
// these functions allocate.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck {

/// Parses a text like "250000", "250k", "2.5M" or "1G". The resulting number must be whole and
/// above zero, and at most 9,223,372,036. Returns nothing for any other text.
[[nodiscard]] std::optional<u64> parse_count(std::string_view text);
/// Parses a text like "500MiB" or "8GiB", or any text that parse_count() accepts: "8G" is
/// 8,000,000,000 bytes. Returns nothing for any other text, for zero, or if the number of bytes
/// does not fit into a u64.
[[nodiscard]] std::optional<u64> parse_bytes(std::string_view text);
/// Parses a text like "10s", "1ms", "250us", "5m", "1h" or "100ns". Returns nothing for any other
/// text, for zero, or on overflow.
[[nodiscard]] std::optional<Nanos> parse_duration(std::string_view text);
/// Returns a text like "1,234,567".
[[nodiscard]] std::string grouped(u64 number);
/// Returns a text like "870 ns", "61 us" or "1.2 ms"; with `digits` 3, "61.3 us" or "1.24 ms".
[[nodiscard]] std::string duration_for_people(Nanos duration, int digits = 2);

}  // namespace tapedeck
