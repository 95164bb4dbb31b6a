// --snapshot-every D --out FILE.csv: one row an instrument and cut.
#pragma once

#include <fstream>
#include <string>

#include "engine/pipeline/cuts.hpp"

namespace tapedeck::tools {

class CsvSnapshots final : public pipeline::CutSink {
 public:
  /// Throws UsageError when the file cannot be opened for writing.
  CsvSnapshots(const std::string& path, u32 depth);

  /// A file that cannot take more ends the snapshots, not the run; close() tells.
  void on_cut(Nanos time, std::span<const pipeline::CutRow> rows) override;
  /// Must be called last. Throws std::runtime_error when anything could not be written.
  void close();

 private:
  std::string path_;
  u32 depth_;
  std::ofstream file_;
};

}  // namespace tapedeck::tools
