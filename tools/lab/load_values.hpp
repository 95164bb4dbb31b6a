// Parses the durations and rates in a user's options for a load. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/core/types.hpp"
#include "engine/core/units.hpp"

namespace tapedeck::tools {

using ParseDuration = std::optional<Nanos> (*)(std::string_view text);

/// Parses a duration above zero and at most an hour. `parse`: parse_seconds() where a number
/// without a unit can only be seconds. Throws UsageError, which names the option and the example.
[[nodiscard]] Nanos duration_option(const std::string& option, const std::string& text,
                                    const char* example, ParseDuration parse = parse_duration);
/// Parses a rate in messages per second, from 1 to 1G. Throws UsageError, which names the option.
[[nodiscard]] double messages_a_second(const std::string& option, const std::string& text);

}  // namespace tapedeck::tools
