// --snapshot-every D --out FILE: one row an instrument and cut, in the format the ending says.
#pragma once

#include <memory>
#include <string>

#include "tools/background_file.hpp"
#include "tools/snapshot_formats.hpp"

namespace tapedeck::tools {

/// Throws UsageError when the ending says no format. Opens nothing.
void check_snapshot_path(const std::string& path);

class SnapshotFile final : public pipeline::CutSink {
 public:
  /// Throws UsageError when the file cannot be opened for writing. `stop`: see BackgroundFile.
  SnapshotFile(const std::string& path, SnapshotShape shape, const thread::StopFlag& stop);

  /// A cut's rows are written as soon as it is complete.
  void on_cut(Nanos time, std::span<const pipeline::CutRow> rows) override {
    format_->on_cut(time, rows);
    file_.flush();
  }
  /// After the run. Throws std::runtime_error that says what could not be written.
  void close() { file_.close(); }

 private:
  BackgroundFile file_;
  std::unique_ptr<pipeline::CutSink> format_;
};

}  // namespace tapedeck::tools
