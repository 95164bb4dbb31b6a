// Places in a recording, as its user names them, and as he is told of them. Pure functions.
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

/// "#N", a time of day like 10:31:07.5 in the channel's first file, or 2012-06-21T14:31:07Z. Throws
/// UsageError that names `option`; `also`: what else it takes.
[[nodiscard]] Place place_of(const std::string& option, const std::string& text,
                             const feeds::OpenedFeeds& opened, std::size_t channel,
                             const std::string& also = {});

/// "09:30:00.004241176", of a time that counts from midnight.
[[nodiscard]] std::string time_of_day_text(Nanos time);
/// A moment of exchange time: as iso_time() writes it, or a time of day where the day is unknown.
/// kBeginningOfTime, which what has no time yet has, in words.
[[nodiscard]] std::string time_text(Nanos time, feeds::TimeBase base);
/// The same for programs; null for kBeginningOfTime.
[[nodiscard]] nlohmann::ordered_json time_json(Nanos time, feeds::TimeBase base);

}  // namespace tapedeck::tools
