#include "engine/output/csv.hpp"

#include "engine/core/printable.hpp"

namespace tapedeck::output {

std::string csv_field(std::string_view text) {
  std::string field = valid_utf8(text);
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) {
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
