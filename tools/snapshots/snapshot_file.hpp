// --snapshot-every D --out FILE: one row an instrument and cut, in the format the ending says.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tools/files/background_file.hpp"
#include "tools/snapshots/snapshot_formats.hpp"

namespace tapedeck::tools {

/// csv, and so on: an ending without its dot.
[[nodiscard]] bool is_snapshot_format(std::string_view ending);
/// Throws UsageError when the ending says no format, or one that a pipe cannot take. Opens nothing.
void check_snapshot_path(const std::string& path);

class SnapshotFile final : public pipeline::CutSink {
 public:
  /// Throws UsageError as check_snapshot_path(), and when the file cannot be opened for writing.
  /// `stop`: see BackgroundFile.
  SnapshotFile(const std::string& path, const SnapshotShape& shape, const thread::StopFlag& stop);

  /// A cut's rows are written as soon as it is complete, or enough are together where the format
  /// has them in groups.
  void on_cut(Nanos time, std::span<const pipeline::CutRow> rows) override {
    format_->on_cut(time, rows);
    file_.flush();
  }
  /// After the run. Throws std::runtime_error that says what could not be written.
  void close();

 private:
  BackgroundFile file_;
  SnapshotFormatPtr format_;
};

}  // namespace tapedeck::tools
