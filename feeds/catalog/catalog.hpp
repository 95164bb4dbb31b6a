// Opens channels from their specifications. This is the only folder that knows all feeds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/catalog/channel_spec.hpp"
#include "feeds/catalog/opened_channel.hpp"

namespace tapedeck::feeds {

/// Opens the channels of a specification. Throws ConfigError for an invalid one, and for a path
/// that cannot be opened.
///
/// Files: recognises a file's format by its content, and uses the file's name only if the content
/// has no known format. Opens all paths before it returns. For content of an unknown format it
/// returns a feed that ends at once and reports damage, so that the other channels still run to
/// their ends; of a TapeSpec, it throws ConfigError.
[[nodiscard]] OpenedFeeds open_channels(const ChannelSpec& spec);

[[nodiscard]] std::vector<std::string> known_formats();

/// Returns the format of a file, recognised by its first bytes and not by its name; empty if it is
/// none of known_formats(). `framing` has the values of FilesSpec::framing. Throws ConfigError if
/// the path cannot be opened.
[[nodiscard]] std::string format_by_content(const std::string& path, std::string_view framing);

/// Returns the LOBSTER book file that open_channels() reads with this message file, because it lies
/// beside it; empty if there is none.
[[nodiscard]] std::optional<std::string> book_beside(const std::string& path);

}  // namespace tapedeck::feeds
