// Writes rows to a Parquet file: flat columns, plain encoding, pages compressed by zstd.
//
// One thread. Invariants:
//  1. Bytes are appended in order and never changed, so that a pipe is enough.
//  2. Memory is bounded by a row group plus some sixty bytes a column and group for the footer. The
//     division into groups depends on the rows alone.
//  3. Without finish() there is no footer, and the appended bytes are not a Parquet file.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/byte_sink.hpp"
#include "engine/output/parquet_metadata.hpp"

struct ZSTD_CCtx_s;

namespace tapedeck::output {

class ParquetWriter {
 public:
  // A row group ends when it has this many rows, or this many bytes before compression.
  static constexpr u64 kGroupRows = u64{64} << 10;
  static constexpr std::size_t kGroupBytes = std::size_t{8} << 20;

  /// At least one column. `out` must outlive the writer.
  ParquetWriter(ByteSink& out, std::vector<ParquetColumn> columns);

  // Each sets the next column's value in the row. The column's type decides which one is called;
  // none() is for optional columns only.
  void integer(i64 value);
  void number(double value);
  void text(std::string_view value);
  void none();
  /// Ends a row. Called after as many values as there are columns.
  void end_row();
  /// Appends what is left, and the footer. Called after the last row.
  void finish();

 private:
  // A column's part of the group that is being filled.
  struct Filling {
    std::string values;
    std::string levels;  // runs of "has a value", for an optional column
    u32 run = 0;         // the length of the last run, which is not in `levels` yet
    bool run_has_value = true;
    std::optional<ParquetChunk::Range> range = {};
  };
  struct ContextFreer {
    void operator()(ZSTD_CCtx_s* context) const;
  };

  Filling& next(bool has_value);
  static void end_run(Filling& column);
  void put(std::string_view bytes);
  void write_group();
  ParquetChunk write_page(std::size_t column);

  ByteSink& out_;
  std::vector<ParquetColumn> columns_;
  std::vector<Filling> filling_;
  std::size_t at_ = 0;     // the column whose value is next
  u64 rows_ = 0;           // in the group
  std::size_t bytes_ = 0;  // of its values
  u64 written_ = 0;        // bytes appended
  u64 finished_rows_ = 0;  // in the groups before
  std::size_t groups_ = 0;
  std::string group_bytes_;  // their metadata for the footer
  std::string page_, packed_;
  std::unique_ptr<ZSTD_CCtx_s, ContextFreer> zstd_;
};

}  // namespace tapedeck::output
