// Parses and formats places (positions) in a recording. Pure functions.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "feeds/catalog/catalog.hpp"

namespace tapedeck::tools {

/// A message's number in its channel, or a moment of exchange time.
struct Place {
  std::optional<Sequence> sequence;
  std::optional<Nanos> time;
};

/// Parses "#N", a time of day like 10:31:07.5 in the channel's first file, or 2012-06-21T14:31:07Z.
/// Throws UsageError, which names `option`. `also` is another value that the option accepts; the
/// error's message mentions it.
[[nodiscard]] Place place_of(const std::string& option, const std::string& text,
                             const feeds::OpenedFeeds& opened, std::size_t channel,
                             const std::string& also = {});

/// Formats a time that counts from midnight: "09:30:00.004241176".
[[nodiscard]] std::string time_of_day_text(Nanos time);
/// Formats exchange time like iso_time(), or as a time of day when the day is unknown. Formats
/// kBeginningOfTime, which means "no time yet", in words.
[[nodiscard]] std::string time_text(Nanos time, feeds::TimeBase base);
/// Returns time_text() as a JSON string; null for kBeginningOfTime.
[[nodiscard]] nlohmann::ordered_json time_json(Nanos time, feeds::TimeBase base);

}  // namespace tapedeck::tools
