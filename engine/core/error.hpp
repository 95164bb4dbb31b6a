// Exceptions for a configuration that cannot be honoured. An exception names a field of the
// configuration, never a flag of the command, because only the code that sets the field knows the
// flag.
#pragma once

#include <stdexcept>
#include <string>

namespace tapedeck {

/// An invalid value. The exception names the field, the value that was set, and what would be
/// right. `problem` writes the names of other fields in backquotes, such as `shards`.
class ConfigError : public std::runtime_error {
 public:
  /// what() is "field given: problem", without `given` where that is empty.
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

/// An invalid path, or an unusable file behind a path; what() is "path: problem", and field() is
/// empty.
class PathError final : public ConfigError {
 public:
  PathError(const std::string& path, const std::string& problem)
      : ConfigError(path + ": " + problem) {}
};

}  // namespace tapedeck
