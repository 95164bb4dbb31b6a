// A strategy's options: the values that the user gave, and the defaults of all other options.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck::strategies {

class Options {
 public:
  /// `given` is the user's text with the options, for error messages.
  Options(std::string given, std::map<std::string, std::string, std::less<>> values)
      : given_(std::move(given)), values_(std::move(values)) {}

  /// Return an option's value. `key` must be one of the strategy's options. duration() and count()
  /// throw ConfigError if the value has the wrong type or is out of range.
  [[nodiscard]] Nanos duration(std::string_view key) const;
  [[nodiscard]] u32 count(std::string_view key, u32 least, u32 most) const;

 private:
  std::string given_;
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace tapedeck::strategies
