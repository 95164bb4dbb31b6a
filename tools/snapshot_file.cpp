#include "tools/snapshot_file.hpp"

#include "engine/core/error.hpp"

namespace tapedeck::tools {

void check_snapshot_path(const std::string& path) {
  if (path.ends_with(".csv") || path.ends_with(".jsonl")) return;
  throw UsageError("--out " + path + ": its ending says the format, and must be .csv or .jsonl");
}

SnapshotFile::SnapshotFile(const std::string& path, SnapshotShape shape,
                           const thread::StopFlag& stop)
    : file_(path, stop),
      format_(path.ends_with(".csv") ? csv_snapshots(file_, std::move(shape))
                                     : jsonl_snapshots(file_, shape)) {}

}  // namespace tapedeck::tools
