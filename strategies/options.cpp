#include "strategies/options.hpp"

#include "engine/core/decimal.hpp"
#include "engine/core/error.hpp"
#include "engine/core/units.hpp"

namespace tapedeck::strategies {

Nanos Options::duration(std::string_view key) const {
  const std::string& text = values_.find(key)->second;
  const auto value = parse_duration(text);
  if (!value) {
    throw ConfigError("strategy", given_,
                      std::string{key} +
                          " must be a duration above zero like 1s, 250ms or 5m, not '" + text +
                          "'");
  }
  return *value;
}

u32 Options::count(std::string_view key, u32 least, u32 most) const {
  const std::string& text = values_.find(key)->second;
  const auto value = parse_integer(text);
  if (!value || *value < i64{least} || *value > i64{most}) {
    throw ConfigError("strategy", given_,
                      std::string{key} + " must be a number from " + std::to_string(least) +
                          " to " + std::to_string(most) + ", not '" + text + "'");
  }
  return static_cast<u32>(*value);
}

}  // namespace tapedeck::strategies
