// The file of `--snapshot-every D --out FILE`: one row per cut and instrument that changed, or per
// cut and instrument. (A cut is a snapshot of all books at one exchange time.) FILE's ending
// selects the format, unless its name is given.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/output/async_file.hpp"
#include "engine/output/changed_rows.hpp"
#include "engine/output/snapshot_formats.hpp"

namespace tapedeck::output {

/// Returns true if `ending` selects a format. `ending` is without the dot: "csv".
[[nodiscard]] bool is_snapshot_format(std::string_view ending);
/// Checks a path without opening it. `as` is a format's name, like "csv", or empty: the ending
/// selects the format. Throws ConfigError when there is no such format, or when the ending is that
/// of another format.
void check_snapshot_path(const std::string& path, const std::string& as = {});

/// Which rows of a cut are written.
enum class SnapshotRows : u8 {
  changed,  // those that differ from the instrument's row before
  all       // of every instrument: a grid of cuts and instruments
};
/// What happens to a cut while earlier cuts wait for a slow disk or for the slow reader of a pipe.
enum class SnapshotFull : u8 {
  block,  // the thread that assembles cuts waits; in the end the channels wait too
  skip    // the whole cut is left out, and counted
};

class SnapshotFile final : public pipeline::CutSink {
 public:
  /// Writes to a claimed place, whose path has passed check_snapshot_path() with the same `as`. For
  /// `stop`, see FileWriter.
  SnapshotFile(PlacePtr place, const SnapshotShape& shape, SnapshotRows rows, SnapshotFull full,
               const thread::StopFlag& stop, const std::string& as = {});

  /// Writes the selected rows of a complete cut. A format with row groups writes them once a group
  /// is full. With SnapshotFull::skip, leaves the cut out when it does not fit into the free
  /// chunks. A cut that comes while all chunks are free is always written.
  void on_cut(Nanos time, pipeline::CutRows rows) override;
  /// Returns the number of cuts that were left out. May be called only after the run.
  [[nodiscard]] u64 skipped() const { return skipped_; }
  /// Completes the file, and returns its place, which may be synced and kept. May be called only
  /// after the run. Throws a std::runtime_error that says what could not be written.
  [[nodiscard]] PlacePtr finish();

 private:
  // The number of chunks that the file has with SnapshotFull::skip. They hold the rows of some
  // seconds, so that a reader of a pipe may pause that long. A cut that does not fit into the free
  // chunks is left out, unless all chunks are free.
  static constexpr std::size_t kChunksToSkip = 512;

  [[nodiscard]] std::size_t most_bytes(std::size_t rows) const;

  SnapshotRows rows_;
  SnapshotFull full_;
  ChangedRows changed_;
  bool in_groups_;
  std::size_t most_row_bytes_;  // the largest size of a row in any format
  Delivery delivery_;
  u64 skipped_ = 0;
  AsyncFile file_;
  SnapshotFormatPtr format_;
};

}  // namespace tapedeck::output
