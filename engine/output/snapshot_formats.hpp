// The formats of --out: how each writes a row of a cut. One thread, that of the cuts.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/byte_sink.hpp"
#include "engine/pipeline/cuts.hpp"

namespace tapedeck::output {

/// The content of a snapshot besides the columns that every row has.
struct SnapshotShape {
  u32 depth = 1;
  std::vector<std::string> signals;  // names of the rows' values
};

/// Formats cuts, and appends the result to its sink.
class SnapshotFormat : public pipeline::CutSink {
 public:
  /// Appends the end of the file. Called after the last cut.
  virtual void finish() {}
  /// Returns the final beginning of the file, as long as the beginning that was appended; empty
  /// where that stays as it is. `written` is the number of bytes that the file really has.
  [[nodiscard]] virtual std::string beginning(u64 written) const {
    (void)written;
    return {};
  }
};

// `out` must outlive the format.
using SnapshotFormatPtr = std::unique_ptr<SnapshotFormat>;
/// Comma-separated, with a header.
[[nodiscard]] SnapshotFormatPtr csv_snapshots(ByteSink& out, const SnapshotShape& shape);
/// One JSON object a line.
[[nodiscard]] SnapshotFormatPtr jsonl_snapshots(ByteSink& out, const SnapshotShape& shape);
/// NumPy's format: a structured array.
[[nodiscard]] SnapshotFormatPtr npy_snapshots(ByteSink& out, const SnapshotShape& shape);
/// Apache Parquet. Rows are appended in groups.
[[nodiscard]] SnapshotFormatPtr parquet_snapshots(ByteSink& out, const SnapshotShape& shape);

/// The level at `depth`, or an empty one.
[[nodiscard]] book::Level level_of(const std::vector<book::Level>& side, u32 depth);

/// Returns those of halted, crossed, suspect that hold.
[[nodiscard]] std::vector<std::string_view> flags_of(const book::InstrumentView& view);
/// The same with a bar between them.
[[nodiscard]] std::string joined_flags(const book::InstrumentView& view);
/// The shortest text that reads back as the same value; empty where there is none.
[[nodiscard]] std::string number(double value);

}  // namespace tapedeck::output
