// Writes rows to a Parquet file: flat columns, plain encoding, pages compressed by zstd.
//
// One thread. Invariants:
//  1. Bytes are appended in order and never changed later, so that the output may be a pipe.
//  2. Memory is bounded: one row group, and some sixty bytes per column and row group for the
//     footer. The division into row groups depends only on the rows.
//  3. finish() writes the footer. Without it, the appended bytes are not a valid Parquet file.
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

  /// `columns` has at least one column. `out` must outlive the writer. `notes` go to the footer.
  ParquetWriter(ByteSink& out, std::vector<ParquetColumn> columns,
                std::vector<ParquetNote> notes = {});

  // Each of these functions sets the value of the next column in the row. The caller uses the
  // function that fits the column's type. none() leaves the value out, for optional columns only.
  void integer(i64 value);
  void number(double value);
  void text(std::string_view value);
  void none();
  /// Ends a row. Called after every column has got its value.
  void end_row();
  /// Appends the rows that are still in memory, and the footer. Called after the last row.
  void finish();

 private:
  // One column's values in the current row group.
  struct Filling {
    std::string values;
    std::string levels;  // of an optional column: runs of rows with and without a value
    u32 run = 0;         // length of the current run, which is not in `levels` yet
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
  std::vector<ParquetNote> notes_;
  std::vector<Filling> filling_;
  std::size_t at_ = 0;     // the column whose value is next
  u64 rows_ = 0;           // rows in the current group
  std::size_t bytes_ = 0;  // bytes of the current group's values
  u64 written_ = 0;        // bytes appended
  u64 finished_rows_ = 0;  // rows in all earlier groups
  std::size_t groups_ = 0;
  std::string group_bytes_;  // the groups' metadata for the footer
  std::string page_, packed_;
  std::unique_ptr<ZSTD_CCtx_s, ContextFreer> zstd_;
};

}  // namespace tapedeck::output
