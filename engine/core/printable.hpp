// Makes text from outside, such as symbols and file names, safe to show. Cold paths only: these
// functions allocate.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck {

/// A character of UTF-8 (RFC 3629).
struct Utf8Character {
  u32 code = 0;
  std::size_t size = 0;  // in bytes; 0: not UTF-8
};
/// Returns the character that the text begins with. The text must not be empty.
[[nodiscard]] Utf8Character first_utf8_character(std::string_view text);

/// Replaces every byte that is not printable ASCII with a question mark. Meant for symbols, which
/// are arbitrary bytes from the wire.
[[nodiscard]] std::string printable(std::string_view text);
/// Makes text safe for a terminal. Replaces control characters, characters that change the
/// direction of text, and bytes that are not UTF-8 by escapes like \x1b or \u202e. Keeps all other
/// text.
[[nodiscard]] std::string harmless(std::string_view text);

/// Makes text valid UTF-8. Replaces bytes that are not UTF-8 by escapes like \xff. Keeps all other
/// text.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace tapedeck
