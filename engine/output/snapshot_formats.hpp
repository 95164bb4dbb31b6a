// The file formats of --out. A cut is a snapshot of all books at one exchange time; it has one row
// per instrument. The thread that assembles the cuts uses a format. After the run, the thread that
// closes the file calls finish() and beginning().
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/byte_sink.hpp"
#include "engine/output/parquet_metadata.hpp"
#include "engine/pipeline/cuts.hpp"

namespace tapedeck::output {

/// The optional content of a row, besides the columns that every row has.
struct SnapshotShape {
  u32 depth = 1;
  std::vector<std::string> signals;     // names of the strategies' values
  bool has_dates = true;                // false: times count from the midnight of an unknown day
  std::vector<ParquetNote> notes = {};  // more metadata, for formats that have some: Parquet
};

/// Returns a time as rows of text have it: in UTC, or as a time of day where the day is unknown.
[[nodiscard]] std::string time_in_rows(Nanos time, const SnapshotShape& shape);

/// Formats cuts, and appends the bytes to its ByteSink.
class SnapshotFormat : public pipeline::CutSink {
 public:
  /// Appends the end of the file. Called after the last cut.
  virtual void finish() {}
  /// Returns the bytes that must replace the file's beginning once all rows are known. They have
  /// the length of the beginning that was appended. Empty if the format needs no replacement.
  /// `written` is the number of bytes that have really reached the file.
  [[nodiscard]] virtual std::string beginning(u64 written) const {
    (void)written;
    return {};
  }
};

// `out` must outlive the format.
using SnapshotFormatPtr = std::unique_ptr<SnapshotFormat>;
/// Returns the format CSV, with a header.
[[nodiscard]] SnapshotFormatPtr csv_snapshots(ByteSink& out, const SnapshotShape& shape);
/// Returns the format JSON lines: one JSON object per line.
[[nodiscard]] SnapshotFormatPtr jsonl_snapshots(ByteSink& out, const SnapshotShape& shape);
/// Returns NumPy's format (.npy): a structured array.
[[nodiscard]] SnapshotFormatPtr npy_snapshots(ByteSink& out, const SnapshotShape& shape);
/// Returns the format Apache Parquet, which appends rows in groups.
[[nodiscard]] SnapshotFormatPtr parquet_snapshots(ByteSink& out, const SnapshotShape& shape);

/// Returns the level at `depth`, or an empty level if the side has fewer levels.
[[nodiscard]] book::Level level_of(const std::vector<book::Level>& side, u32 depth);

/// Returns the flags that are set, among "halted", "crossed" and "suspect".
[[nodiscard]] std::vector<std::string_view> flags_of(const book::InstrumentView& view);
/// Returns the flags of flags_of() as one text, with a bar between them.
[[nodiscard]] std::string joined_flags(const book::InstrumentView& view);
/// Returns the shortest decimal text that parses back to the same value. A whole number below 2^53
/// never has an exponent: 100000, not 1e+05. Returns an empty text for a value that is not finite.
[[nodiscard]] std::string number(double value);

}  // namespace tapedeck::output
