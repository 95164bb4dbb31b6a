// LOBSTER's file names and archives: SYMBOL_YYYY-MM-DD_START_END_message_LEVELS.csv and the same
// with "orderbook", both in one zip archive.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/common/zip.hpp"

namespace tapedeck::feeds::lobster {

/// Returns the part of the file's name before the first '_', without folders.
[[nodiscard]] std::string lobster_symbol(std::string_view file_name);

/// One day of one instrument inside an archive.
struct PackedDay {
  const ZipEntry* messages;
  const ZipEntry* book;  // null when the archive has no matching book file
};

/// The days in the archive's order. The entries belong to the archive.
[[nodiscard]] std::vector<PackedDay> lobster_days(const ZipArchive& archive);

/// Both sources of one day; `book` may be null.
struct DaySources {
  std::string symbol;
  std::string message_name;  // the name that may hold the date
  std::unique_ptr<ByteSource> messages;
  std::unique_ptr<ByteSource> book;
};

/// Opens the only day of an archive. Throws a ConfigError that begins with `path` when the archive
/// holds several days, and opens none of them. For an archive that is damaged or holds no message
/// file, returns a day whose messages are a damaged source, so that the feed reports the fault like
/// any other. `max_ratio`: see open_source().
[[nodiscard]] DaySources open_lobster_zip(const std::string& path, u64 max_ratio = kMaxRatio);

}  // namespace tapedeck::feeds::lobster
