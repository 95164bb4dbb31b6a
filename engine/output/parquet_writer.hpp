// Rows into a Parquet file: flat columns, plain encoding, pages compressed by zstd.
//
// One thread. Invariants:
//  1. Bytes are appended in order and never changed: a pipe will do.
//  2. Memory is bounded by a row group, but for some sixty bytes a column and group that the footer
//     is made of. Groups depend on the rows alone.
//  3. Without finish() there is no footer, and what was appended is no Parquet file to anybody.
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
  // A row group ends when it has so many rows, or so many bytes before compression.
  static constexpr u64 kGroupRows = u64{64} << 10;
  static constexpr std::size_t kGroupBytes = std::size_t{8} << 20;

  /// At least one column. `out` must outlive the writer.
  ParquetWriter(ByteSink& out, std::vector<ParquetColumn> columns);

  // The next column's value in the row, by the column's type; none() where it is optional.
  void integer(i64 value);
  void number(double value);
  void text(std::string_view value);
  void none();
  /// After as many values as there are columns.
  void end_row();
  /// After the last row: what is left, and the footer.
  void finish();

 private:
  // A column's part of the group that is being filled.
  struct Filling {
    std::string values;
    std::string levels;  // runs of "has a value", where that is a question
    u32 run = 0;         // the last one's length, not in `levels` yet
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
  std::string group_bytes_;  // what the footer says of them
  std::string page_, packed_;
  std::unique_ptr<ZSTD_CCtx_s, ContextFreer> zstd_;
};

}  // namespace tapedeck::output
