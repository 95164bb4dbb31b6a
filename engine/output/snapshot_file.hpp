// --snapshot-every D --out FILE: one row per instrument and cut, in the format of FILE's ending.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/output/async_file.hpp"
#include "engine/output/snapshot_formats.hpp"

namespace tapedeck::output {

/// Returns true for the ending of a format, without the dot: "csv".
[[nodiscard]] bool is_snapshot_format(std::string_view ending);
/// Throws ConfigError when the ending names no format, or a format that a pipe cannot take. Opens
/// nothing.
void check_snapshot_path(const std::string& path);

/// What happens to a cut while a slow disk, or the slow reader of a pipe, has not taken the cuts
/// before it.
enum class SnapshotFull : u8 {
  block,  // the thread that assembles cuts waits, and in the end the channels wait for it
  skip    // the whole cut is left out, and counted
};

class SnapshotFile final : public pipeline::CutSink {
 public:
  /// Throws ConfigError as check_snapshot_path(), and when the file cannot be opened for writing.
  /// `stop`: see FileWriter.
  SnapshotFile(const std::string& path, const SnapshotShape& shape, SnapshotFull full,
               const thread::StopFlag& stop);

  /// Writes a cut's rows as soon as the cut is complete or, where the format has row groups, once a
  /// group is full. With SnapshotFull::skip, leaves the cut out when there is no room.
  void on_cut(Nanos time, std::span<const pipeline::CutRow> rows) override;
  /// The number of cuts that were left out. Called after the run.
  [[nodiscard]] u64 skipped() const { return skipped_; }
  /// Completes and closes the file. Called after the run. Throws std::runtime_error that says what
  /// could not be written.
  void close();

 private:
  // With SnapshotFull::skip, the number of chunks that may be on their way, those of the next cut
  // included, before that cut is left out: some seconds of a pipe.
  static constexpr std::size_t kChunksToSkip = 512;

  [[nodiscard]] std::size_t most_bytes(std::size_t rows) const;

  SnapshotFull full_;
  bool in_groups_;
  std::size_t most_row_bytes_;  // the most bytes of a row, in any format
  u64 skipped_ = 0;
  AsyncFile file_;
  SnapshotFormatPtr format_;
};

}  // namespace tapedeck::output
