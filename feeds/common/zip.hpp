// Reads zip archives: lists the entries, and opens a byte source over one entry. One thread.
//
// Before they are used, offsets are checked against the file's size, and the directory's size
// against kMaxZipDirectory. An entry's length and CRC-32 are checked only at the end of its
// content, when the feed has already read the bytes. Content is streamed, so an entry of any size
// needs two windows of memory. Not supported: zip64, archives in several parts, encryption, and
// methods other than stored and deflate. The Damage says which of these was found.
//
// The format: PKWARE APPNOTE.TXT 6.3, sections 4.3.7 (local header), 4.3.12 (central directory)
// and 4.3.16 (end of central directory).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feeds/common/byte_source.hpp"

namespace tapedeck::feeds {

/// The maximum size of the archive's directory: 65,534 entries, the most without zip64, with names
/// of 200 bytes. A larger directory counts as damage.
inline constexpr u64 kMaxZipDirectory = u64{16} << 20;

struct ZipEntry {
  std::string name;
  u64 header_offset = 0;  // of the local header
  u64 packed_size = 0;
  u64 size = 0;
  u32 crc32 = 0;
  u16 method = 0;
  u16 flags = 0;
};

class ZipArchive {
 public:
  /// Reads the directory. Throws ConfigError if the path cannot be opened or is not a regular file.
  /// For a file that is not a whole archive, sets damage() and leaves entries() empty. `max_ratio`
  /// limits each entry, as in open_source().
  explicit ZipArchive(const std::string& path, u64 max_ratio = kMaxRatio);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::vector<ZipEntry>& entries() const { return entries_; }
  [[nodiscard]] const std::optional<Damage>& damage() const { return damage_; }

  /// Returns a source over one of entries(). Its name is like "archive.zip:entry.csv". For an entry
  /// that cannot be read, returns a source that is damaged at its first byte. The source may
  /// outlive the archive.
  [[nodiscard]] std::unique_ptr<ByteSource> open(const ZipEntry& entry) const;

  /// The archive's file, shared with the sources made from it.
  class File;

 private:
  void read_directory();
  [[nodiscard]] u64 size_without_zeros() const;
  std::optional<Damage> parse_directory(Bytes directory, u64 directory_offset, u32 count);
  [[nodiscard]] Damage damage_at(u64 offset, std::string found, std::string expected) const;

  std::string path_;
  u64 max_ratio_;
  std::shared_ptr<const File> file_;
  std::vector<ZipEntry> entries_;
  std::optional<Damage> damage_;
};

[[nodiscard]] bool looks_like_zip(Bytes beginning);

/// Returns a source without content, whose first fill() reports `damage`.
[[nodiscard]] std::unique_ptr<ByteSource> damaged_source(Damage damage);

}  // namespace tapedeck::feeds
