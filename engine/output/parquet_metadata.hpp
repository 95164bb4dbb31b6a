// Encodes the metadata of a Parquet file in Thrift's compact protocol. Pure functions.
// The numbers of fields and enum values in the .cpp are those of
// https://github.com/apache/parquet-format (parquet.thrift).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/types.hpp"

namespace tapedeck::output {

/// The meaning of a column's values. It also determines how the values are stored.
enum class ParquetType : u8 {
  unsigned_16,
  unsigned_32,
  unsigned_64,
  signed_64,
  floating,  // double
  text,      // UTF-8
  time,      // nanoseconds since 1970
  price,     // in units of 10^-9: DECIMAL(18, 9)
};

struct ParquetColumn {
  std::string name;
  ParquetType type;
  bool optional = false;  // a row may have no value
};

/// One column's part of a row group in the file. It has a single page.
struct ParquetChunk {
  u64 offset = 0;        // of the page, from the file's beginning
  u64 rows = 0;          // including rows that have no value
  u64 plain_bytes = 0;   // including the page's header, before compression
  u64 packed_bytes = 0;  // including the page's header, after compression
  struct Range {
    i64 least, most;
  };
  std::optional<Range> range = {};  // of the chunk's values
};

/// Returns the header that precedes the bytes of a page. `plain` and `packed` are the numbers of
/// these bytes before and after compression.
[[nodiscard]] std::string parquet_page_header(u64 rows, std::size_t plain, std::size_t packed);
/// Returns the description of a row group, for the footer. There must be one chunk per column.
[[nodiscard]] std::string parquet_row_group(std::span<const ParquetColumn> columns,
                                            std::span<const ParquetChunk> chunks);

/// A key and its value in the footer, for readers that look at the file's metadata.
struct ParquetNote {
  std::string key, value;
};

/// Returns the notes, behind the one that says what times count from: 1970 UTC (`has_dates`), or
/// the midnight of an unknown day.
[[nodiscard]] std::vector<ParquetNote> with_time_base(bool has_dates,
                                                      std::vector<ParquetNote> notes);

struct ParquetFooter {
  std::span<const ParquetColumn> columns;
  u64 rows;
  std::size_t groups;
  const std::string& group_bytes;  // the results of parquet_row_group(), concatenated
  std::span<const ParquetNote> notes;
};
/// Returns the footer, without the footer length and the final magic number that follow it in the
/// file.
[[nodiscard]] std::string parquet_footer(const ParquetFooter& footer);

/// Returns true if a number of this type is stored in four bytes, false if in eight.
[[nodiscard]] bool is_stored_in_four(ParquetType type);

}  // namespace tapedeck::output
