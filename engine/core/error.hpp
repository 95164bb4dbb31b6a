// Exceptions for an invalid configuration. An exception names a field of the configuration and not
// a flag of the command line, because only the code that sets the field knows the flag.
#pragma once

#include <stdexcept>
#include <string>

namespace tapedeck {

/// Reports an invalid value: names the field and the value, and says what would be valid. In
/// `problem`, names of other fields stand in backquotes, such as `shards`.
class ConfigError : public std::runtime_error {
 public:
  /// Makes what() "FIELD GIVEN: PROBLEM", or "FIELD: PROBLEM" if `given` is empty.
  ConfigError(const std::string& field, const std::string& given, const std::string& problem)
      : std::runtime_error(field + (given.empty() ? "" : " " + given) + ": " + problem),
        field_(field) {}

  /// Returns the name of the member that holds the value: "pin", "strategy".
  [[nodiscard]] const std::string& field() const { return field_; }

 protected:
  explicit ConfigError(const std::string& text) : std::runtime_error(text) {}

 private:
  std::string field_;
};

/// Reports an invalid path, or a path to an unusable file. what() is "PATH: PROBLEM", and field()
/// is empty.
class PathError final : public ConfigError {
 public:
  PathError(const std::string& path, const std::string& problem)
      : ConfigError(path + ": " + problem) {}
};

}  // namespace tapedeck
