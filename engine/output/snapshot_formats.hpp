// The formats of --out: what a row of a cut looks like in each. One thread, that of the cuts.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/byte_sink.hpp"
#include "engine/pipeline/cuts.hpp"

namespace tapedeck::output {

/// What a snapshot shows besides what every row has.
struct SnapshotShape {
  u32 depth = 1;
  std::vector<std::string> signals;  // names of the rows' values
};

/// Appends what it makes of cuts.
class SnapshotFormat : public pipeline::CutSink {
 public:
  /// After the last cut: what the file ends with.
  virtual void finish() {}
  /// What the file's beginning is to say in the end, as long as the beginning that was appended;
  /// empty where that stays as it is. `written`: bytes of all that the file really has.
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

/// "LIVE" or "STALE".
[[nodiscard]] std::string_view state_of(const pipeline::CutRow& row);
/// That level, or none.
[[nodiscard]] book::Level level_of(const std::vector<book::Level>& side, u32 depth);

/// Of halted, crossed, suspect: those that hold.
[[nodiscard]] std::vector<std::string_view> flags_of(const pipeline::CutRow& row);
/// The same with a bar between them.
[[nodiscard]] std::string joined_flags(const pipeline::CutRow& row);
/// The shortest text that reads back as the same value; empty where there is none.
[[nodiscard]] std::string number(double value);

}  // namespace tapedeck::output
