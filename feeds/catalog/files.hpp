// Opens the channels of recorded files and of growing tapes. See feeds/catalog/catalog.hpp.
#pragma once

#include "feeds/catalog/channel_spec.hpp"
#include "feeds/catalog/opened_channel.hpp"

namespace tapedeck::feeds {

/// Growth::expected: all paths must be tapes, which are followed while they are written. Throws
/// ConfigError.
[[nodiscard]] OpenedFeeds open_files(const FilesSpec& spec, Growth growth);

}  // namespace tapedeck::feeds
