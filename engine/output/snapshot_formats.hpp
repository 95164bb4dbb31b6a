// The formats of --out: how each writes a row of a cut. Used by one thread, which assembles the
// cuts.
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
  std::vector<std::string> signals;  // names of the strategies' values in a row
};

/// Formats cuts, and appends the result to its sink.
class SnapshotFormat : public pipeline::CutSink {
 public:
  /// Appends the end of the file. Called after the last cut.
  virtual void finish() {}
  /// Returns the final beginning of the file, as long as the beginning that was appended; empty
  /// where the appended beginning stays. `written` is the number of bytes that the file really has.
  [[nodiscard]] virtual std::string beginning(u64 written) const {
    (void)written;
    return {};
  }
};

// `out` must outlive the format.
using SnapshotFormatPtr = std::unique_ptr<SnapshotFormat>;
/// Comma-separated, with a header.
[[nodiscard]] SnapshotFormatPtr csv_snapshots(ByteSink& out, const SnapshotShape& shape);
/// One JSON object per line.
[[nodiscard]] SnapshotFormatPtr jsonl_snapshots(ByteSink& out, const SnapshotShape& shape);
/// NumPy's format: a structured array.
[[nodiscard]] SnapshotFormatPtr npy_snapshots(ByteSink& out, const SnapshotShape& shape);
/// Apache Parquet. Rows are appended in groups.
[[nodiscard]] SnapshotFormatPtr parquet_snapshots(ByteSink& out, const SnapshotShape& shape);

/// Returns the level at `depth`, or an empty level.
[[nodiscard]] book::Level level_of(const std::vector<book::Level>& side, u32 depth);

/// Returns the flags that are set, among "halted", "crossed" and "suspect".
[[nodiscard]] std::vector<std::string_view> flags_of(const book::InstrumentView& view);
/// Returns the flags of flags_of() as one text, with a bar between them.
[[nodiscard]] std::string joined_flags(const book::InstrumentView& view);
/// Returns the shortest text that reads back as the same value. A whole number below 2^53 is
/// written with all its digits instead. Empty for a value that is not finite.
[[nodiscard]] std::string number(double value);

}  // namespace tapedeck::output
