// The metadata of a Parquet file, in Thrift's compact protocol: pure functions.
// The numbers of fields and enum values in the .cpp are those of
// https://github.com/apache/parquet-format (parquet.thrift).
#pragma once

#include <optional>
#include <span>
#include <string>

#include "engine/core/types.hpp"

namespace tapedeck::output {

/// The meaning of a column's values, which also decides how they are stored.
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

/// One column's values within a row group, as they lie in the file.
struct ParquetChunk {
  u64 offset = 0;        // of its only page, from the file's beginning
  u64 rows = 0;          // including rows that have no value
  u64 plain_bytes = 0;   // including the page's header, before compression
  u64 packed_bytes = 0;  // including the page's header, after compression
  struct Range {
    i64 least, most;
  };
  std::optional<Range> range = {};  // of its values
};

/// The header that goes before the bytes of a page.
[[nodiscard]] std::string parquet_page_header(u64 rows, std::size_t plain, std::size_t packed);
/// A row group, for the footer. As many chunks as columns.
[[nodiscard]] std::string parquet_row_group(std::span<const ParquetColumn> columns,
                                            std::span<const ParquetChunk> chunks);

struct ParquetFooter {
  std::span<const ParquetColumn> columns;
  u64 rows;
  std::size_t groups;
  const std::string& group_bytes;  // the results of parquet_row_group(), concatenated
};
/// The footer, without its length and the last magic.
[[nodiscard]] std::string parquet_footer(const ParquetFooter& footer);

/// True where a value takes four bytes, and not eight.
[[nodiscard]] bool is_stored_in_four(ParquetType type);

}  // namespace tapedeck::output
