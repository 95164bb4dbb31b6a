// Reads the rows of a LOBSTER file as people and programs hand it on: skips a byte order mark of
// UTF-8, one header row before the first row, and blank lines anywhere. One thread.
//
// Numbers of rows are those of the file's lines, which an editor shows. Memory: see LineReader. A
// file with more than kMaxBlankLines blank lines in a row is rejected, so that one call does a
// bounded amount of work.
#pragma once

#include <string_view>

#include "feeds/common/line_reader.hpp"

namespace tapedeck::feeds::lobster {

/// Far more blank lines than an export leaves behind.
inline constexpr u64 kMaxBlankLines = 100'000;

/// Returns true for a row of names: it has several columns and letters, no column begins as a
/// number does, and no character is a control character.
[[nodiscard]] bool is_header(std::string_view row);
/// Returns true for a row without any character but blanks and line ends.
[[nodiscard]] bool is_blank(std::string_view row);
/// Returns the text behind the byte order mark of UTF-8, or all of it if there is none.
[[nodiscard]] std::string_view without_mark(std::string_view text);

/// Returns true if the content begins with a message row, or with what RowReader skips and then a
/// message row.
[[nodiscard]] bool looks_like_lobster(Bytes beginning);

/// Returns true if the content may begin a LOBSTER file, for all that can be seen of it: there are
/// blank lines only, or behind them a header row that may be cut.
[[nodiscard]] bool may_be_lobster(Bytes beginning);

class RowReader {
 public:
  /// `source` must outlive the reader. Only the reader may consume from it.
  explicit RowReader(ByteSource& source) : lines_(source) {}

  /// Works as LineReader::next(), without the lines that are skipped. Returns Line::too_long also
  /// behind too many blank lines.
  [[nodiscard]] Line next(std::string_view& row) {
    for (blanks_ = 0; blanks_ <= kMaxBlankLines;) {
      ++line_;
      const Line line = lines_.next(row);
      if (line != Line::row) return line;
      if (line_ == 1) row = without_mark(row);
      if ((row.empty() || row.front() <= ' ') && is_blank(row)) [[unlikely]] {
        ++blanks_;
        continue;
      }
      const bool may_be_header = last_row_ == 0 && !has_header_;
      has_header_ = has_header_ || (may_be_header && is_header(row));
      if (may_be_header && has_header_) continue;
      last_row_ = line_;
      return Line::row;
    }
    return Line::too_long;
  }

  /// Returns false if next() would wait for a pipe's writer. The last row is not valid any more.
  [[nodiscard]] bool is_ready() { return lines_.is_ready(); }

  /// Returns the number of the line at which the last next() ended, from 1. At the end of the file,
  /// this is the line after the last one.
  [[nodiscard]] u64 line() const { return line_; }
  /// Returns the number of the last row that next() returned; 0: none.
  [[nodiscard]] u64 last_row() const { return last_row_; }
  [[nodiscard]] bool has_only_blanks() const { return blanks_ > kMaxBlankLines; }
  [[nodiscard]] u64 bytes_read() const { return lines_.bytes_read(); }
  [[nodiscard]] const ByteSource& source() const { return lines_.source(); }

 private:
  LineReader lines_;
  u64 line_ = 0;
  u64 last_row_ = 0;
  u64 blanks_ = 0;  // blank lines since the last row
  bool has_header_ = false;
};

}  // namespace tapedeck::feeds::lobster
