// Parses times and rates of a load as users write them. Pure functions.
#pragma once

#include <string>

#include "engine/core/types.hpp"

namespace tapedeck::tools {

/// Parses a duration above zero and at most an hour. Throws UsageError, which names the option and
/// an example.
[[nodiscard]] Nanos duration_option(const std::string& option, const std::string& text,
                                    const char* example);
/// Parses messages per second, 1 to 1G. Throws UsageError, which names the option.
[[nodiscard]] double messages_a_second(const std::string& option, const std::string& text);

}  // namespace tapedeck::tools
