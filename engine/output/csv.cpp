#include "engine/output/csv.hpp"

namespace tapedeck::output {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::array<std::string, 4> trust_fields(const book::BookTrust& trust) {
  const auto text = [](std::optional<Sequence> sequence) {
    return sequence ? std::to_string(*sequence) : std::string{};
  };
  return {std::string{name_of(trust.state)}, std::string{name_of(trust.reason)},
          text(trust.known_first()), text(trust.known_last())};
}

}  // namespace tapedeck::output
