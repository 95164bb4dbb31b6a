// Opens the DBN file inside a zip archive, as Databento's batch downloads are packed. Beside the
// DBN file, such an archive holds descriptions as JSON, which are not read. One thread.
#pragma once

#include <memory>
#include <string>

#include "feeds/common/byte_source.hpp"

namespace tapedeck::feeds::dbn {

/// `beginning`: a source over the file at `path`, at its first byte. Returns a source over the DBN
/// file in the archive; null if the file is no zip archive with a DBN file. Throws ConfigError for
/// an archive with several. `max_ratio`: as in open_source().
[[nodiscard]] std::unique_ptr<ByteSource> open_archive(const std::string& path,
                                                       ByteSource& beginning, u64 max_ratio);

}  // namespace tapedeck::feeds::dbn
