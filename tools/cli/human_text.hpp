// Formats amounts for tables that people read.
#pragma once

#include <string>

#include "engine/core/types.hpp"

namespace tapedeck::tools {

/// Formats like decimal(), but with at least two decimals, so that columns of cents line up; "-"
/// for kNoPrice.
[[nodiscard]] std::string price_for_people(Price price);
/// Formats a number of bytes: "1.5 MiB".
[[nodiscard]] std::string bytes_for_people(u64 bytes);
/// Formats a rate: "1,234,567", and below 100 with decimals: "6.30".
[[nodiscard]] std::string grouped_rate(double per_s);

}  // namespace tapedeck::tools
