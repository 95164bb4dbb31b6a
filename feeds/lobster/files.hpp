// LOBSTER's file names and archives. A zip archive, or the folder that it was unpacked to, holds
// for each day the file SYMBOL_YYYY-MM-DD_START_END_message_LEVELS.csv and a book file with
// "orderbook" in place of "message".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/common/zip.hpp"

namespace tapedeck::feeds::lobster {

/// Returns the symbol: the part of the file's name before the first '_', without folders.
[[nodiscard]] std::string lobster_symbol(std::string_view file_name);
/// Returns true if the file's name has a symbol, in front of the first '_': letters, none of them
/// small, digits and marks.
[[nodiscard]] bool names_symbol(std::string_view file_name);

/// Returns the book file that lies beside a message file: of X_message_N.csv, the file
/// X_orderbook_N.csv in the same folder. Either may have .gz or .zst added. Returns empty if there
/// is none, or if the path is not named as a message file.
[[nodiscard]] std::optional<std::string> book_beside(const std::string& message_path);

/// One day of one instrument inside an archive.
struct PackedDay {
  const ZipEntry* messages;
  const ZipEntry* book;  // null when the archive has no matching book file
};

/// Returns the days in the order of the archive, without what macOS adds to an archive. The archive
/// owns the entries.
[[nodiscard]] std::vector<PackedDay> lobster_days(const ZipArchive& archive);

/// Throws a ConfigError if `beginning`, a source at the first byte of standard input, is an
/// archive.
void refuse_piped_zip(const std::string& path, ByteSource& beginning);

/// The message source and the book source of one day. `book` may be null.
struct DaySources {
  std::string symbol;
  std::string message_name;  // a file name, which may contain the date
  std::unique_ptr<ByteSource> messages;
  std::unique_ptr<ByteSource> book;
};

/// Opens an archive that holds one day. If it holds several days, or if `path` is standard input,
/// throws a ConfigError that begins with the path. If the archive is damaged or holds no message
/// file, the returned `messages` is a damaged source, so that the feed reports the fault as damage.
/// `max_ratio`: see open_source().
[[nodiscard]] DaySources open_lobster_zip(const std::string& path, u64 max_ratio = kMaxRatio);

}  // namespace tapedeck::feeds::lobster
