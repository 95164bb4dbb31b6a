// Parses the durations and rates in a user's options for a load. Pure functions.
#pragma once

#include <string>

#include "engine/core/types.hpp"

namespace tapedeck::tools {

/// Parses a duration above zero and at most an hour. Throws UsageError, which names the option and
/// the example.
[[nodiscard]] Nanos duration_option(const std::string& option, const std::string& text,
                                    const char* example);
/// Parses a rate in messages per second, from 1 to 1G. Throws UsageError, which names the option.
[[nodiscard]] double messages_a_second(const std::string& option, const std::string& text);

}  // namespace tapedeck::tools
