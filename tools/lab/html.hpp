// Escapes text for an HTML page. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace tapedeck::tools {

/// Escapes &, <, > and quotes as character references.
[[nodiscard]] std::string html_text(std::string_view text);
/// Returns an element. `tag` may have attributes, as in `p class="soft"`; `text` is escaped here.
[[nodiscard]] std::string html_element(std::string_view tag, std::string_view text);

}  // namespace tapedeck::tools
