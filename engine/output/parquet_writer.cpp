#include "engine/output/parquet_writer.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <new>
#include <utility>

#include <zstd.h>

#include "engine/output/append_le.hpp"
#include "engine/output/thrift_compact.hpp"

namespace tapedeck::output {
namespace {

constexpr std::string_view kParquetMagic = "PAR1";

}  // namespace

void ParquetWriter::ContextFreer::operator()(ZSTD_CCtx_s* context) const {
  ZSTD_freeCCtx(context);
}

ParquetWriter::ParquetWriter(ByteSink& out, std::vector<ParquetColumn> columns,
                             std::vector<ParquetNote> notes)
    : out_(out),
      columns_(std::move(columns)),
      notes_(std::move(notes)),
      filling_(columns_.size()),
      zstd_(ZSTD_createCCtx()) {
  if (!zstd_) throw std::bad_alloc{};
  put(kParquetMagic);
}

void ParquetWriter::integer(i64 value) {
  const ParquetType type = columns_[at_].type;
  assert(type != ParquetType::text && type != ParquetType::floating);
  Filling& column = next(true);
  if (is_stored_in_four(type)) {
    append_le(column.values, static_cast<u32>(value));
  } else {
    append_le(column.values, static_cast<u64>(value));
  }
  bytes_ += is_stored_in_four(type) ? sizeof(u32) : sizeof(u64);
  // Readers choose row groups by the range of times.
  if (type == ParquetType::time) {
    if (!column.range) column.range = {value, value};
    column.range->least = std::min(column.range->least, value);
    column.range->most = std::max(column.range->most, value);
  }
}

void ParquetWriter::number(double value) {
  assert(columns_[at_].type == ParquetType::floating);
  append_le(next(true).values, std::bit_cast<u64>(value));
  bytes_ += sizeof value;
}

void ParquetWriter::text(std::string_view value) {
  assert(columns_[at_].type == ParquetType::text);
  std::string& values = next(true).values;
  append_le(values, static_cast<u32>(value.size()));
  values += value;
  bytes_ += sizeof(u32) + value.size();
}

void ParquetWriter::none() {
  assert(columns_[at_].optional);
  (void)next(false);
}

ParquetWriter::Filling& ParquetWriter::next(bool has_value) {
  assert(at_ < columns_.size());
  Filling& column = filling_[at_++];
  if (column.run_has_value != has_value) {
    end_run(column);
    column.run_has_value = has_value;
  }
  ++column.run;
  return column;
}

// Writes the hybrid of runs and packed bits with runs only: twice the run's length, then the bit in
// a byte.
void ParquetWriter::end_run(Filling& column) {
  if (column.run == 0) return;
  append_varint(column.levels, u64{column.run} << 1);
  column.levels += static_cast<char>(column.run_has_value);
  column.run = 0;
}

void ParquetWriter::end_row() {
  assert(at_ == columns_.size());
  at_ = 0;
  ++rows_;
  if (rows_ >= kGroupRows || bytes_ >= kGroupBytes) write_group();
}

void ParquetWriter::finish() {
  if (rows_ > 0) write_group();
  const std::string footer =
      parquet_footer({columns_, finished_rows_, groups_, group_bytes_, notes_});
  put(footer);
  std::string end;
  append_le(end, static_cast<u32>(footer.size()));
  put(end.append(kParquetMagic));
}

void ParquetWriter::put(std::string_view bytes) {
  out_.append(as_bytes_of(bytes));
  written_ += bytes.size();
}

void ParquetWriter::write_group() {
  std::vector<ParquetChunk> chunks;
  chunks.reserve(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) chunks.push_back(write_page(i));
  group_bytes_ += parquet_row_group(columns_, chunks);
  ++groups_;
  finished_rows_ += std::exchange(rows_, 0);
  bytes_ = 0;
}

ParquetChunk ParquetWriter::write_page(std::size_t at) {
  Filling& column = filling_[at];
  end_run(column);
  page_.clear();
  if (columns_[at].optional) {
    append_le(page_, static_cast<u32>(column.levels.size()));
    page_ += column.levels;
  }
  page_ += column.values;
  packed_.resize(ZSTD_compressBound(page_.size()));
  const std::size_t packed = ZSTD_compressCCtx(zstd_.get(), packed_.data(), packed_.size(),
                                               page_.data(), page_.size(), ZSTD_CLEVEL_DEFAULT);
  if (ZSTD_isError(packed) != 0) throw std::bad_alloc{};  // nothing else can fail here
  packed_.resize(packed);

  const std::string header = parquet_page_header(rows_, page_.size(), packed);
  const ParquetChunk chunk{written_, rows_, header.size() + page_.size(), header.size() + packed,
                           column.range};
  put(header);
  put(packed_);
  // clear() keeps the memory for the next group.
  column.values.clear();
  column.levels.clear();
  column.range.reset();
  return chunk;
}

}  // namespace tapedeck::output
