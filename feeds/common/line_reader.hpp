// Reads text rows from a byte source, one at a time, without copying. One thread.
//
// A row ends at '\n' or at the end of the content. The row's text includes a '\r' before the '\n'.
// The text is valid until the next call of next(). A row longer than kMaxRow is rejected. Content
// without line ends is therefore rejected before it fills the source's buffer.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "feeds/common/byte_source.hpp"

namespace tapedeck::feeds {

/// The longest accepted row. A row of 200 levels with ten-digit prices has 6 KiB; content with rows
/// ten times as long is not a table.
inline constexpr std::size_t kMaxRow = std::size_t{64} << 10;

enum class Line : u8 {
  row,
  end,      // the content ended at a row boundary
  damaged,  // the source is damaged; its damage() says why
  too_long  // no line end within kMaxRow bytes
};

/// Returns the Damage of a row that cannot be read. Rows count from 1.
[[nodiscard]] inline Damage row_damage(const ByteSource& source, u64 row, std::string found,
                                       std::string expected, std::string hint = {}) {
  return {.file = source.name(),
          .offset = row,
          .offset_is_row = true,
          .found = std::move(found),
          .expected = std::move(expected),
          .hint = std::move(hint)};
}

class LineReader {
 public:
  /// `source` must outlive the reader. Only the reader may consume from it.
  explicit LineReader(ByteSource& source) : source_(source) {}

  [[nodiscard]] Line next(std::string_view& row) {
    source_.consume(taken_);
    taken_ = 0;
    std::size_t searched = 0;
    while (true) {
      const Bytes window = source_.window();
      const std::size_t limit = std::min(window.size(), kMaxRow + 1);
      if (limit > searched) {
        const void* at = std::memchr(window.data() + searched, '\n', limit - searched);
        if (at != nullptr) {
          const auto length =
              static_cast<std::size_t>(static_cast<const std::byte*>(at) - window.data());
          return take(row, length, length + 1);
        }
      }
      if (limit > kMaxRow) return Line::too_long;
      searched = limit;
      const Fill fill = source_.fill();
      if (fill == Fill::damaged) return Line::damaged;
      if (fill == Fill::end) {
        if (limit == 0) return Line::end;
        return take(row, limit, limit);
      }
    }
  }

  /// Returns false if next() would wait for a pipe's writer. The last row is not valid any more.
  [[nodiscard]] bool is_ready() {
    if (source_.raw_bytes_total() > 0) return true;  // a file
    source_.consume(std::exchange(taken_, 0));
    for (std::size_t searched = 0;;) {
      const Bytes rest = source_.window().subspan(searched);
      if (std::ranges::find(rest, std::byte{'\n'}) != rest.end()) return true;
      searched += rest.size();
      if (searched > kMaxRow) return true;
      const Fill filled = source_.fill_now();
      if (filled != Fill::more) return filled != Fill::later;
    }
  }

  [[nodiscard]] u64 bytes_read() const { return source_.offset() + taken_; }
  [[nodiscard]] const ByteSource& source() const { return source_; }

 private:
  Line take(std::string_view& row, std::size_t length, std::size_t with_line_end) {
    row = {reinterpret_cast<const char*>(source_.window().data()), length};
    taken_ = with_line_end;
    return Line::row;
  }

  ByteSource& source_;
  std::size_t taken_ = 0;  // bytes of the window that the last row occupies
};

}  // namespace tapedeck::feeds
