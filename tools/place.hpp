// A place in a recording, as its user names it. Pure functions.
#pragma once

#include <optional>
#include <string>

#include "feeds/catalog/catalog.hpp"

namespace tapedeck::tools {

/// A message's number in its line, or a moment of exchange time.
struct Place {
  std::optional<Sequence> sequence;
  std::optional<Nanos> time;
};

/// "#N", a time of day like 10:31:07.5 in the line's first file, or 2012-06-21T14:31:07Z. Throws
/// UsageError that names `option`; `also`: what else it takes.
[[nodiscard]] Place place_of(const std::string& option, const std::string& text,
                             const feeds::OpenedFeeds& opened, std::size_t line,
                             const std::string& also = {});

}  // namespace tapedeck::tools
