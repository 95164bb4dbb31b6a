// Writes events as rows of Parquet, with the columns of EventRows, as far as the kinds have them.
//
// Ids are unsigned 64-bit numbers, times are timestamps in nanoseconds, and prices are decimals.
// One thread. Memory is bounded by one row group and by the instruments.
#pragma once

#include <string>
#include <vector>

#include "engine/core/byte_sink.hpp"
#include "engine/core/event.hpp"
#include "engine/output/event_rows.hpp"
#include "engine/output/parquet_writer.hpp"

namespace tapedeck::output {

class EventParquet {
 public:
  /// `kinds` are those whose events will be added; they select the columns. `has_dates` is false if
  /// times count from the midnight of an unknown day. `notes` are more metadata of the file.
  EventParquet(const std::vector<Kind>& kinds, bool has_dates, std::vector<ParquetNote> notes = {});

  /// Adds the event's row.
  void add(const Event& event);
  /// Notes the symbol of a `define` event that gets no row. Ignores other events.
  void learn(const Event& event);
  /// Completes the file. Call it last; take the last bytes() after it.
  void finish() { writer_.finish(); }
  [[nodiscard]] Bytes bytes() const { return as_bytes_of(out_.text); }
  [[nodiscard]] bool full() const { return out_.text.size() > kFull; }
  /// Removes the bytes, which have been written.
  void clear() { out_.text.clear(); }
  [[nodiscard]] u64 rows() const { return rows_; }

 private:
  static constexpr std::size_t kFull = std::size_t{1} << 20;

  struct Buffer final : ByteSink {
    void append(Bytes bytes) override {
      text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    std::string text;
  };

  void put(Column column, const Event& event);
  void put_order(Column column, const Event& event);
  void put_other(Column column, const Event& event);
  void letter(char letter);
  void word(std::string_view text);
  void price(Price price);

  std::vector<Column> columns_;
  Buffer out_;
  ParquetWriter writer_;
  std::vector<std::string> symbols_;  // by instrument, as valid UTF-8
  u64 rows_ = 0;
};

}  // namespace tapedeck::output
