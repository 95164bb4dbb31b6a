// Formats events as lines of text, one event per line: CSV, or JSON lines.
//
// A row shows the event's numbers exactly: whole numbers in decimal, and prices with all their
// decimals. Bytes from the wire are quoted, so that no byte ends a field or a row; JSON replaces
// bytes that are not UTF-8. The columns are described in docs/formats.md. One thread. Allocates
// only at a definition, or for text that needs quoting.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/bytes.hpp"
#include "engine/core/event.hpp"

namespace tapedeck::output {

enum class RowFormat : u8 { csv, jsonl };

/// The columns in the order of a CSV row; name_of() returns their names in both formats.
enum class Column : u8 {
  sequence,
  time_ns,
  kind,
  side,
  instrument,
  symbol,
  id,
  aux,
  mpid,
  price,
  quantity,
  flags,
  type,
  direction,
  variation,
  paired,
  imbalance,
  reference,
  far,
  near,
  upper,
  lower,
  extension,
  state,
  session,
  source,
  reason,
  first,
  last,
  body,
  source_id,
  round_lot,
  quantity_scale
};
inline constexpr std::size_t kColumns = static_cast<std::size_t>(Column::quantity_scale) + 1;
[[nodiscard]] std::string_view name_of(Column column);

class EventRows {
 public:
  /// For CSV, starts with a row of the column names.
  explicit EventRows(RowFormat format);

  /// Lets rows of JSON say that their times count from the midnight of an unknown day. Must be
  /// called before the first row.
  void note_unknown_day() { says_midnight_ = true; }
  /// Appends the event's row. Must not be called while full().
  void add(const Event& event);
  /// Notes the symbol of a `define` event that gets no row. Ignores other events.
  void learn(const Event& event) {
    if (event.kind == Kind::define) define(event);
  }
  [[nodiscard]] bool full() const { return size_ > kFull; }
  [[nodiscard]] Bytes bytes() const { return std::as_bytes(std::span{buffer_.get(), size_}); }
  /// Removes the rows, but keeps the symbols of the instruments.
  void clear() { size_ = 0; }
  [[nodiscard]] u64 rows() const { return rows_; }

 private:
  static constexpr std::size_t kFull = std::size_t{1}
                                       << 20;    // 1 MiB: large enough for efficient writes
  static constexpr std::size_t kMostRow = 2048;  // every row is shorter than this

  template <RowFormat kFormat>
  void put(const Event& event);
  void define(const Event& event);
  [[nodiscard]] std::string_view symbol_of(Instrument instrument) const;

  RowFormat format_;
  bool says_midnight_ = false;
  std::unique_ptr<char[]> buffer_;
  std::size_t size_ = 0;
  u64 rows_ = 0;
  std::vector<std::string> symbols_;  // by instrument, quoted as in a row
  std::vector<std::string> flags_;    // by the value of EventFlags, as text for a row
};

}  // namespace tapedeck::output
