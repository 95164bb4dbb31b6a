// How LOBSTER's files are named and packed: SYMBOL_YYYY-MM-DD_START_END_message_LEVELS.csv and the
// same with "orderbook", both in one zip archive.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/common/zip.hpp"

namespace tapedeck::feeds::lobster {

/// The part of the file's name before the first '_', any folders left away.
[[nodiscard]] std::string lobster_symbol(std::string_view file_name);

/// One day of one instrument inside an archive.
struct PackedDay {
  const ZipEntry* messages;
  const ZipEntry* book;  // null where the archive has none that fits
};

/// The days in the archive's order. The entries belong to the archive.
[[nodiscard]] std::vector<PackedDay> lobster_days(const ZipArchive& archive);

/// Both sources of one day; `book` may be null.
struct DaySources {
  std::string symbol;
  std::string message_name;  // where a date is looked for
  std::unique_ptr<ByteSource> messages;
  std::unique_ptr<ByteSource> book;
};

/// The one day of an archive. Throws ConfigError that begins with `path` where it holds several,
/// before any is opened. One that is damaged or holds no message file gives a day whose messages
/// are a damaged source, so that the fault is reported where all others are. `max_ratio`: see
/// open_source().
[[nodiscard]] DaySources open_lobster_zip(const std::string& path, u64 max_ratio = kMaxRatio);

}  // namespace tapedeck::feeds::lobster
