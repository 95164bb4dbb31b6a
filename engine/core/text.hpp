// Text: splitting, aligning, and finding the word that was meant. Cold paths only: these allocate.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck {

/// Returns the candidate with the fewest edits to `word`; empty where none is near enough to be
/// meant.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 std::span<const std::string> candidates);
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
/// Pads with blanks to `width`; longer text stays as it is.
[[nodiscard]] std::string left_aligned(std::string_view text, std::size_t width);
[[nodiscard]] std::string right_aligned(std::string_view text, std::size_t width);

}  // namespace tapedeck
