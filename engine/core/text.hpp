// Splits and aligns text, and finds the word that a misspelt word stands for. Cold paths only:
// these functions allocate.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck {

/// Returns the candidate with the fewest edits to `word`; empty if no candidate is similar enough.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 std::span<const std::string> candidates);
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
/// Pads the text with blanks to `width`. Returns longer text unchanged.
[[nodiscard]] std::string left_aligned(std::string_view text, std::size_t width);
[[nodiscard]] std::string right_aligned(std::string_view text, std::size_t width);

}  // namespace tapedeck
