#include "tools/cli/display_width.hpp"

#include <algorithm>
#include <array>

#include "engine/core/printable.hpp"
#include "tools/cli/display_width_ranges.hpp"

namespace tapedeck::tools {
namespace {

template <std::size_t kRanges>
bool is_among(const std::array<CodeRange, kRanges>& ranges, u32 code) {
  const auto at = std::ranges::lower_bound(ranges, code, {}, &CodeRange::last);
  return at != ranges.end() && at->first <= code;
}

// A character, or a byte that is none, and its columns.
struct ShownCharacter {
  std::size_t size, columns;
};

ShownCharacter first_shown(std::string_view text) {
  const Utf8Character character = first_utf8_character(text);
  return character.size == 0 ? ShownCharacter{1, 1}
                             : ShownCharacter{character.size, columns_of(character.code)};
}

std::string blanks(std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return std::string(columns > width ? columns - width : 0, ' ');
}

}  // namespace

std::size_t columns_of(u32 character) {
  constexpr u32 kFirstOfTables = 0x300;
  if (character < kFirstOfTables) return 1;
  if (is_among(kZeroWidth, character)) return 0;
  return is_among(kDoubleWidth, character) ? 2 : 1;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const ShownCharacter next = first_shown(text);
    width += next.columns;
    text.remove_prefix(next.size);
  }
  return width;
}

std::string_view beginning_of(std::string_view text, std::size_t columns) {
  std::size_t width = 0, size = 0;
  while (size < text.size()) {
    const ShownCharacter next = first_shown(text.substr(size));
    if (width + next.columns > columns) break;
    width += next.columns;
    size += next.size;
  }
  return text.substr(0, size);
}

std::string cut_at_end(std::string_view text, std::size_t columns, std::string_view mark) {
  if (display_width(text) <= columns) return std::string{text};
  const std::size_t of_mark = display_width(mark);
  if (of_mark > columns) return std::string{beginning_of(text, columns)};
  return std::string{beginning_of(text, columns - of_mark)} + std::string{mark};
}

std::string cut_at_beginning(std::string_view text, std::size_t columns, std::string_view mark) {
  std::size_t width = display_width(text);
  if (width <= columns) return std::string{text};
  const std::size_t of_mark = display_width(mark);
  const bool has_mark = of_mark <= columns;
  const std::size_t room = has_mark ? columns - of_mark : columns;
  // What combines with a character that was cut goes with it.
  while (!text.empty()) {
    const ShownCharacter next = first_shown(text);
    if (width <= room && next.columns > 0) break;
    width -= next.columns;
    text.remove_prefix(next.size);
  }
  return (has_mark ? std::string{mark} : std::string{}) + std::string{text};
}

std::string padded_right(std::string_view text, std::size_t columns) {
  return std::string{text} + blanks(text, columns);
}

std::string padded_left(std::string_view text, std::size_t columns) {
  return blanks(text, columns) + std::string{text};
}

}  // namespace tapedeck::tools
