// Parses places (positions) in a recording, as people type them. Pure functions.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "engine/core/types.hpp"
#include "feeds/catalog/catalog.hpp"

namespace tapedeck::tools {

/// A place as it was typed. What it means may depend on the recording and on the zone.
struct TypedPlace {
  enum class Kind : u8 {
    message,       // @1000 or #1000: the number is `value`
    moment,        // 2012-06-21T14:31:07Z, or with an offset: nanoseconds since 1970, UTC
    count,         // 1340289067000000000: nanoseconds since the origin of the recording's times
    wall,          // 2012-06-21T10:31:07: as if it were UTC
    time_of_day,   // 10:31:07.5: nanoseconds since midnight, in the zone to be used
    time_in_zone,  // 10:31:07.5Z, or with an offset: the same, `seconds_ahead` of UTC
  };
  Kind kind = Kind::message;
  i64 value = 0;
  i64 seconds_ahead = 0;  // of time_in_zone
};
/// Parses a place. Throws UsageError, which names `option`. `also` is another value that the option
/// accepts; the error's message mentions it.
[[nodiscard]] TypedPlace typed_place(const std::string& option, const std::string& text,
                                     const std::string& also = {});

/// A message's number in its channel, or a moment of exchange time.
struct Place {
  std::optional<Sequence> sequence;
  std::optional<Nanos> time;
};
/// A place, beside the text that was typed for it, for the results.
struct AskedPlace {
  std::string given;
  Place place;
  std::string meaning = {};  // for people: "2012-06-21T09:30:00.000000000-04:00 (US Eastern)"
};
/// Returns {given, message, time}; null if nothing was asked.
[[nodiscard]] nlohmann::ordered_json place_json(const std::optional<AskedPlace>& asked,
                                                feeds::TimeBase base);

}  // namespace tapedeck::tools
