// What is thrown where a configuration cannot be honoured. It names a field, never a flag of the
// command: whoever sets the field knows what they call it.
#pragma once

#include <stdexcept>
#include <string>

namespace tapedeck {

/// A value that cannot be: which field, what was given, and what would be right. In `problem` other
/// fields stand in backquotes, such as `shards`.
class ConfigError : public std::runtime_error {
 public:
  /// what() is "field given: problem", without `given` where that is empty.
  ConfigError(const std::string& field, const std::string& given, const std::string& problem)
      : std::runtime_error(field + (given.empty() ? "" : " " + given) + ": " + problem),
        field_(field) {}

  /// Named as the member that holds the value: "pin", "strategy".
  [[nodiscard]] const std::string& field() const { return field_; }

 protected:
  explicit ConfigError(const std::string& text) : std::runtime_error(text) {}

 private:
  std::string field_;
};

/// The value is a path, or what is behind it; what() is "path: problem", and field() is empty.
class PathError final : public ConfigError {
 public:
  PathError(const std::string& path, const std::string& problem)
      : ConfigError(path + ": " + problem) {}
};

}  // namespace tapedeck
