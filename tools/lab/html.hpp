// Text as a page holds it. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace tapedeck::tools {

/// What stands in a page as it is meant: &, <, > and quotes written as references.
[[nodiscard]] std::string html_text(std::string_view text);
/// `tag` with its attributes, `p class="soft"`; `text` as it is meant.
[[nodiscard]] std::string html_element(std::string_view tag, std::string_view text);

}  // namespace tapedeck::tools
