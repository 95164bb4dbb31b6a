// The formats of --out: what a row of a cut looks like in each. One thread, that of the cuts.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/byte_sink.hpp"
#include "engine/pipeline/cuts.hpp"

namespace tapedeck::tools {

/// What a snapshot shows besides what every row has.
struct SnapshotShape {
  u32 depth = 1;
  std::vector<std::string> signals;  // names of the rows' values
};

/// Comma-separated, with a header. `out` must outlive the sink.
[[nodiscard]] std::unique_ptr<pipeline::CutSink> csv_snapshots(ByteSink& out, SnapshotShape shape);
/// One JSON object a line.
[[nodiscard]] std::unique_ptr<pipeline::CutSink> jsonl_snapshots(ByteSink& out,
                                                                 const SnapshotShape& shape);

/// Of halted, crossed, suspect: those that hold.
[[nodiscard]] std::vector<std::string_view> flags_of(const pipeline::CutRow& row);
/// The shortest text that reads back as the same value; empty where there is none.
[[nodiscard]] std::string number(double value);

}  // namespace tapedeck::tools
