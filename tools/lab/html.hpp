// Escapes text for an HTML page. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace tapedeck::tools {

/// Replaces &, <, > and quotes by character references.
[[nodiscard]] std::string html_text(std::string_view text);
/// Returns an HTML element. `tag` may include attributes, as in `p class="soft"`. `text` must not
/// be escaped yet.
[[nodiscard]] std::string html_element(std::string_view tag, std::string_view text);

}  // namespace tapedeck::tools
