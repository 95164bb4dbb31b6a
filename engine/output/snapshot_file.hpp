// --snapshot-every D --out FILE: one row an instrument and cut, in the format the ending says.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/output/async_file.hpp"
#include "engine/output/snapshot_formats.hpp"

namespace tapedeck::output {

/// csv, and so on: an ending without its dot.
[[nodiscard]] bool is_snapshot_format(std::string_view ending);
/// Throws ConfigError when the ending says no format, or one that a pipe cannot take. Opens
/// nothing.
void check_snapshot_path(const std::string& path);

/// What happens to a cut when those before it have not been taken yet: by a slow disk, or whoever
/// reads a pipe.
enum class SnapshotFull : u8 {
  block,  // whoever makes it waits, and in the end so do the books
  skip    // it is left out whole, and counted
};

class SnapshotFile final : public pipeline::CutSink {
 public:
  /// Throws ConfigError as check_snapshot_path(), and when the file cannot be opened for writing.
  /// `stop`: see AsyncFile.
  SnapshotFile(const std::string& path, const SnapshotShape& shape, SnapshotFull full,
               const thread::StopFlag& stop);

  /// A cut's rows are written as soon as it is complete, or enough are together where the format
  /// has them in groups.
  void on_cut(Nanos time, std::span<const pipeline::CutRow> rows) override;
  /// Cuts that were left out. After the run.
  [[nodiscard]] u64 skipped() const { return skipped_; }
  /// After the run. Throws std::runtime_error that says what could not be written.
  void close();

 private:
  // What is held before cuts are left out, beside what one cut takes: some seconds of a pipe.
  static constexpr std::size_t kChunksToSkip = 512;

  [[nodiscard]] std::size_t most_bytes(std::size_t rows) const;

  SnapshotFull full_;
  bool in_groups_;
  std::size_t most_row_bytes_;  // in any format
  u64 skipped_ = 0;
  AsyncFile file_;
  SnapshotFormatPtr format_;
};

}  // namespace tapedeck::output
