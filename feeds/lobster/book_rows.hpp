// Parses the rows of one book file in their order. One thread.
//
// Most levels of a row are those of the row before, in the same place or one place further. The
// text of such a level is compared and not parsed again. A row in which anything is unusual is
// parsed by parse_book_row(), which alone decides what is invalid and how the fault is worded, so
// that each row gives what parse_book_row() gives for it.
// Memory: twice the longest row, and the levels of two rows. None is allocated for a row that is no
// longer than those before.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "feeds/lobster/row.hpp"

namespace tapedeck::feeds::lobster {

class BookRows {
 public:
  /// Parses the next row. The first row decides how many levels all rows have. Returns false and
  /// sets `fault` if the row is invalid; no row can be parsed after it.
  [[nodiscard]] bool parse(std::string_view text, RowFault& fault);
  /// Returns the last row. Valid until the next parse().
  [[nodiscard]] const BookRow& row() const { return rows_[now_].row; }

 private:
  // One side of one level: "price,size,". A comma is put behind the last level of a row, too.
  struct Piece {
    u32 begin;  // in the row's text
    u32 size;
    BookLevel level;  // of size 0: it does not exist
  };
  struct Row {
    BookRow row;
    std::vector<char> text;  // with room behind it, see is_same_text()
    std::size_t size = 0;    // of the text, with the comma behind it
    std::array<std::vector<Piece>, 2> pieces;
  };

  // One side of the row that is being read.
  struct Cursor {
    Side side;
    const Piece* begin;  // the pieces of the last row
    const Piece* end;
    const Piece* expected;  // the one that the text most likely goes on with
    Piece* piece;           // the next one to be read
    BookLevel* levels;
    std::size_t existing;  // levels so far
  };

  static std::size_t copy_beginning(const Row& last, Row& row);
  static const Piece* find(const char* last_text, const Cursor& cursor, const char* at);
  static bool parse_piece(Side side, const char* at, const char* end, Piece& piece);
  static bool parse_changes(const Row& last, Row& row);
  static void note_pieces(Row& row);

  std::array<Row, 2> rows_;
  std::size_t now_ = 0;  // the last row's place in rows_
};

}  // namespace tapedeck::feeds::lobster
