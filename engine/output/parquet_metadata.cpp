#include "engine/output/parquet_metadata.hpp"

#include <array>

#include "engine/core/version.hpp"
#include "engine/output/append_le.hpp"
#include "engine/output/thrift_compact.hpp"

namespace tapedeck::output {
namespace {

constexpr i64 kParquetVersion = 2;  // the version of the format that has logical types
constexpr i64 kPlainEncoding = 0, kRunLengthEncoding = 3;
constexpr i64 kZstdCodec = 6;
constexpr i64 kDataPage = 0;
constexpr i64 kRequiredValue = 0, kOptionalValue = 1;
constexpr i64 kDecimalScale = 9, kDecimalPrecision = 18;  // the most that INT64 may have

// Parquet's Type of the stored values.
i64 stored_as(ParquetType type) {
  constexpr i64 kInt32 = 1, kInt64 = 2, kDouble = 5, kByteArray = 6;
  if (type == ParquetType::text) return kByteArray;
  if (type == ParquetType::floating) return kDouble;
  return is_stored_in_four(type) ? kInt32 : kInt64;
}

// LogicalType, a union: one of its fields.
ThriftStruct unsigned_integer(u8 bits) {
  constexpr int kInteger = 10;
  return ThriftStruct{}.structure(kInteger, ThriftStruct{}.byte(1, bits).boolean(2, false));
}
// Not marked as "adjusted to UTC", although it is, because DuckDB has such times in microseconds
// only and would cut off the rest.
ThriftStruct nanoseconds_since_1970() {
  constexpr int kTimestamp = 8, kNanoseconds = 3;
  const ThriftStruct unit = ThriftStruct{}.structure(kNanoseconds, {});
  return ThriftStruct{}.structure(kTimestamp, ThriftStruct{}.boolean(1, false).structure(2, unit));
}
ThriftStruct decimal_type() {
  constexpr int kDecimal = 5;
  return ThriftStruct{}.structure(
      kDecimal, ThriftStruct{}.int32(1, kDecimalScale).int32(2, kDecimalPrecision));
}

// SchemaElement. Readers older than logical types use the converted type, which has no nanoseconds.
std::string schema_element(const ParquetColumn& column) {
  constexpr int kStored = 1, kRepetition = 3, kName = 4, kConverted = 6, kScale = 7, kPrecision = 8,
                kLogical = 10;
  constexpr i64 kUtf8 = 0, kDecimal = 5, kUint16 = 12, kUint32 = 13, kUint64 = 14;
  ThriftStruct element;
  element.int32(kStored, stored_as(column.type))
      .int32(kRepetition, column.optional ? kOptionalValue : kRequiredValue)
      .text(kName, column.name);
  switch (column.type) {
    case ParquetType::unsigned_16:
      element.int32(kConverted, kUint16).structure(kLogical, unsigned_integer(16));
      break;
    case ParquetType::unsigned_32:
      element.int32(kConverted, kUint32).structure(kLogical, unsigned_integer(32));
      break;
    case ParquetType::unsigned_64:
      element.int32(kConverted, kUint64).structure(kLogical, unsigned_integer(64));
      break;
    case ParquetType::text:
      element.int32(kConverted, kUtf8).structure(kLogical, ThriftStruct{}.structure(1, {}));
      break;
    case ParquetType::time:
      element.structure(kLogical, nanoseconds_since_1970());
      break;
    case ParquetType::price:
      element.int32(kConverted, kDecimal)
          .int32(kScale, kDecimalScale)
          .int32(kPrecision, kDecimalPrecision);
      element.structure(kLogical, decimal_type());
      break;
    case ParquetType::signed_64:
    case ParquetType::floating:
      break;
  }
  return element.bytes();
}

std::string stored_i64(i64 value) {
  std::string bytes;
  append_le(bytes, static_cast<u64>(value));
  return bytes;
}

// ColumnMetaData.
ThriftStruct chunk_metadata(const ParquetColumn& column, const ParquetChunk& chunk) {
  constexpr int kStored = 1, kEncodings = 2, kPath = 3, kCodec = 4, kValues = 5, kPlainBytes = 6,
                kPackedBytes = 7, kFirstPage = 9, kStatistics = 12;
  constexpr int kMost = 5, kLeast = 6;
  constexpr std::array<i64, 2> kEncodingsUsed{kPlainEncoding, kRunLengthEncoding};
  ThriftStruct metadata;
  metadata.int32(kStored, stored_as(column.type))
      .int32s(kEncodings, kEncodingsUsed)
      .texts(kPath, {&column.name, 1})
      .int32(kCodec, kZstdCodec)
      .int64(kValues, static_cast<i64>(chunk.rows))
      .int64(kPlainBytes, static_cast<i64>(chunk.plain_bytes))
      .int64(kPackedBytes, static_cast<i64>(chunk.packed_bytes))
      .int64(kFirstPage, static_cast<i64>(chunk.offset));
  if (chunk.range) {
    ThriftStruct statistics;
    statistics.text(kMost, stored_i64(chunk.range->most))
        .text(kLeast, stored_i64(chunk.range->least));
    metadata.structure(kStatistics, statistics);
  }
  return metadata;
}

}  // namespace

bool is_stored_in_four(ParquetType type) {
  return type == ParquetType::unsigned_16 || type == ParquetType::unsigned_32;
}

std::string parquet_page_header(u64 rows, std::size_t plain, std::size_t packed) {
  constexpr int kKind = 1, kPlainBytes = 2, kPackedBytes = 3, kOfDataPage = 5;
  constexpr int kValues = 1, kEncoding = 2, kDefinitions = 3, kRepetitions = 4;
  ThriftStruct page;
  page.int32(kValues, static_cast<i64>(rows))
      .int32(kEncoding, kPlainEncoding)
      .int32(kDefinitions, kRunLengthEncoding)
      .int32(kRepetitions, kRunLengthEncoding);
  return ThriftStruct{}
      .int32(kKind, kDataPage)
      .int32(kPlainBytes, static_cast<i64>(plain))
      .int32(kPackedBytes, static_cast<i64>(packed))
      .structure(kOfDataPage, page)
      .bytes();
}

std::string parquet_row_group(std::span<const ParquetColumn> columns,
                              std::span<const ParquetChunk> chunks) {
  constexpr int kChunks = 1, kPlainBytes = 2, kRows = 3, kOffset = 5, kPackedBytes = 6;
  constexpr int kChunkOffset = 2, kMetadata = 3;
  std::string described;
  u64 plain = 0, packed = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    // The first offset is that of metadata beside the chunk, which this file does not have.
    described += ThriftStruct{}
                     .int64(kChunkOffset, 0)
                     .structure(kMetadata, chunk_metadata(columns[i], chunks[i]))
                     .bytes();
    plain += chunks[i].plain_bytes;
    packed += chunks[i].packed_bytes;
  }
  return ThriftStruct{}
      .structures(kChunks, columns.size(), described)
      .int64(kPlainBytes, static_cast<i64>(plain))
      .int64(kRows, static_cast<i64>(chunks.front().rows))
      .int64(kOffset, static_cast<i64>(chunks.front().offset))
      .int64(kPackedBytes, static_cast<i64>(packed))
      .bytes();
}

std::vector<ParquetNote> with_time_base(bool has_dates, std::vector<ParquetNote> notes) {
  notes.insert(notes.begin(), {"time_base", has_dates ? "utc" : "midnight"});
  return notes;
}

std::string parquet_footer(const ParquetFooter& footer) {
  constexpr int kFormatVersion = 1, kSchema = 2, kRows = 3, kGroups = 4, kNotes = 5, kCreator = 6,
                kOrders = 7;
  constexpr int kName = 4, kChildren = 5;
  const std::size_t columns = footer.columns.size();
  std::string schema =
      ThriftStruct{}.text(kName, "schema").int32(kChildren, static_cast<i64>(columns)).bytes();
  std::string orders;  // every column has the order of its type
  for (const ParquetColumn& column : footer.columns) {
    schema += schema_element(column);
    orders += ThriftStruct{}.structure(1, {}).bytes();
  }
  std::string notes;
  for (const auto& [key, value] : footer.notes) {
    notes += ThriftStruct{}.text(1, key).text(2, value).bytes();
  }
  std::string creator = kVersion;
  creator.insert(0, "tapedeck version ");
  return ThriftStruct{}
      .int32(kFormatVersion, kParquetVersion)
      .structures(kSchema, columns + 1, schema)
      .int64(kRows, static_cast<i64>(footer.rows))
      .structures(kGroups, footer.groups, footer.group_bytes)
      .structures(kNotes, footer.notes.size(), notes)
      .text(kCreator, creator)
      .structures(kOrders, columns, orders)
      .bytes();
}

}  // namespace tapedeck::output
