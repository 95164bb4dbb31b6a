#include "feeds/lobster/row_reader.hpp"

#include <algorithm>

#include "feeds/lobster/row.hpp"

namespace tapedeck::feeds::lobster {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r';
}

bool begins_as_number(std::string_view column) {
  const auto at = column.find_first_not_of(" \t\"");
  return at != std::string_view::npos &&
         std::string_view{"0123456789+-."}.find(column[at]) != std::string_view::npos;
}

}  // namespace

bool is_header(std::string_view row) {
  if (row.find(',') == std::string_view::npos) return false;
  if (std::ranges::none_of(row, is_letter) || std::ranges::any_of(row, is_control)) return false;
  while (true) {
    const auto comma = row.find(',');
    if (begins_as_number(row.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    row.remove_prefix(comma + 1);
  }
}

bool is_blank(std::string_view row) {
  return row.find_first_not_of(kBlanks) == std::string_view::npos;
}

std::string_view without_mark(std::string_view text) {
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

bool looks_like_lobster(Bytes beginning) {
  std::string_view text =
      without_mark({reinterpret_cast<const char*>(beginning.data()), beginning.size()});
  bool has_header = false;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (is_blank(line)) continue;
    if (!has_header && is_header(line)) {
      has_header = true;
      continue;
    }
    MessageRow row;
    RowFault fault;
    return parse_message_row(line, row, fault);
  }
  return false;
}

bool may_be_lobster(Bytes beginning) {
  std::string_view text =
      without_mark({reinterpret_cast<const char*>(beginning.data()), beginning.size()});
  const auto at = text.find_first_not_of(" \t\r\n");
  if (at == std::string_view::npos) return !text.empty();
  text.remove_prefix(at);
  return is_header(text.substr(0, text.find('\n')));
}

}  // namespace tapedeck::feeds::lobster
