// Amounts with units: counts, bytes and durations, as people write and read them. Cold paths
// only: these allocate.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck {

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
/// "870 ns", "61 us", "1.2 ms" and the like; with three digits "61.3 us", "1.24 ms".
[[nodiscard]] std::string duration_for_people(Nanos duration, int digits = 2);

}  // namespace tapedeck
