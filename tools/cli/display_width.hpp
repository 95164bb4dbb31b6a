// Measures and cuts text by the columns that a terminal shows it in. Pure functions.
//
// Text is UTF-8 without control characters, see harmless(). A byte that is not UTF-8 counts as one
// column. Characters of ambiguous width count as one column.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck::tools {

/// Returns the columns of a character: 0 for combining characters, 2 for wide ones, else 1.
[[nodiscard]] std::size_t columns_of(u32 character);
/// Returns the columns of a text.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// Returns the longest beginning of the text that fits, which may be one column narrower than asked
/// for. A combining character stays with the character before it.
[[nodiscard]] std::string_view beginning_of(std::string_view text, std::size_t columns);
/// Cuts a text that does not fit at its end, or at its beginning, and puts `mark` there. Without
/// room for the mark, returns only as much text as fits.
[[nodiscard]] std::string cut_at_end(std::string_view text, std::size_t columns,
                                     std::string_view mark);
[[nodiscard]] std::string cut_at_beginning(std::string_view text, std::size_t columns,
                                           std::string_view mark);

/// Fills with blanks up to `columns`. Longer text stays as it is.
[[nodiscard]] std::string padded_right(std::string_view text, std::size_t columns);
[[nodiscard]] std::string padded_left(std::string_view text, std::size_t columns);

}  // namespace tapedeck::tools
