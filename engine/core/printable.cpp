#include "engine/core/printable.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/core/types.hpp"

namespace tapedeck {

std::string printable(std::string_view text) {
  std::string shown{text};
  std::ranges::replace_if(
      shown, [](char c) { return c < 0x20 || c > 0x7E; }, '?');
  return shown;
}

Utf8Character first_utf8_character(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<u8>(text[at]); };
  const u8 lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
  u32 code = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  constexpr std::array<u32, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code < kLeast[size] || code > 0x10FFFF || is_surrogate ? Utf8Character{}
                                                                : Utf8Character{code, size};
}

namespace {

// Control characters of ASCII and of ISO 6429, and those of Unicode's bidirectional algorithm.
bool steers_terminal(u32 code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0x200E ||
         code == 0x200F || (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

std::string escaped(const char* format, u32 code) {
  std::array<char, 16> text{};
  // Both formats are literals of this file.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  std::snprintf(text.data(), text.size(), format, code);
#pragma GCC diagnostic pop
  return text.data();
}

// The size of the character that the text begins with; of a byte that is not UTF-8, 1.
std::size_t first_size(std::string_view text) {
  return std::max<std::size_t>(first_utf8_character(text).size, 1);
}

// Appends the character that the text begins with, or the escape of a byte that is not UTF-8.
void put_first(std::string_view text, std::string& out) {
  const std::size_t size = first_utf8_character(text).size;
  if (size > 0) {
    out += text.substr(0, size);
  } else {
    out += escaped("\\x%02x", static_cast<u8>(text[0]));
  }
}

}  // namespace

std::string harmless(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (; !text.empty(); text.remove_prefix(first_size(text))) {
    const Utf8Character next = first_utf8_character(text);
    if (next.size > 0 && steers_terminal(next.code)) {
      shown += escaped(next.code < 0x100 ? "\\x%02x" : "\\u%04x", next.code);
    } else {
      put_first(text, shown);
    }
  }
  return shown;
}

std::string valid_utf8(std::string_view text) {
  const auto is_ascii = [](char c) { return static_cast<u8>(c) < 0x80; };
  if (std::ranges::all_of(text, is_ascii)) return std::string{text};
  std::string valid;
  valid.reserve(text.size());
  for (; !text.empty(); text.remove_prefix(first_size(text))) put_first(text, valid);
  return valid;
}

}  // namespace tapedeck
