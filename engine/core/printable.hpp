// Text from outside, such as symbols and file names, made safe to show. Cold paths only: these
// allocate.
#pragma once

#include <string>
#include <string_view>

namespace tapedeck {

/// Symbols are bytes from the wire: what is no printable ASCII becomes a question mark.
[[nodiscard]] std::string printable(std::string_view text);
/// Text as a terminal may show it: what would steer it, control characters and those that turn the
/// direction of writing, stands as \x1b or \u202e; so do bytes that are no UTF-8. The rest stays.
[[nodiscard]] std::string harmless(std::string_view text);

}  // namespace tapedeck
