#include "tools/lab/html.hpp"

#include "engine/core/printable.hpp"

namespace tapedeck::tools {

std::string html_text(std::string_view text) {
  std::string html;
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string html_element(std::string_view tag, std::string_view text) {
  const std::string name{tag.substr(0, tag.find(' '))};
  return "<" + std::string{tag} + ">" + html_text(text) + "</" + name + ">\n";
}

}  // namespace tapedeck::tools
