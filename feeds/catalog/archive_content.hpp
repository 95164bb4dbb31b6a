// Says why a zip archive cannot be read: it is damaged, or holds neither a LOBSTER day nor a DBN
// file. feeds/lobster/files.hpp and feeds/dbn/archive.hpp open those that can be read.
#pragma once

#include <optional>
#include <string>

#include "engine/core/recording.hpp"

namespace tapedeck::feeds {

/// Returns the damage of the archive at `path`, in which no DBN file was found; nothing if it holds
/// a LOBSTER message file. Throws ConfigError if the path is no regular file.
[[nodiscard]] std::optional<Damage> unknown_archive(const std::string& path);
/// Returns the damage of an archive that is said to be of `format`, another one than LOBSTER's.
[[nodiscard]] Damage archive_of_no(const std::string& format, const std::string& path);

}  // namespace tapedeck::feeds
