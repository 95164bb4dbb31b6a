// Text from outside, such as symbols and file names, made safe to show. Cold paths only: these
// allocate.
#pragma once

#include <string>
#include <string_view>

namespace tapedeck {

/// Replaces every byte that is not printable ASCII with a question mark, because symbols are bytes
/// from the wire.
[[nodiscard]] std::string printable(std::string_view text);
/// Makes text safe for a terminal: writes control characters, characters that turn the direction of
/// writing, and bytes that are not UTF-8 as escapes like \x1b or \u202e. All other text stays.
[[nodiscard]] std::string harmless(std::string_view text);

}  // namespace tapedeck
