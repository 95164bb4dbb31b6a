#include "feeds/lobster/book_rows.hpp"

#include <algorithm>
#include <cstring>

#include "engine/core/bytes.hpp"
#include "feeds/lobster/columns.hpp"

namespace tapedeck::feeds::lobster {
namespace {

// Texts are compared in words, the last of which may end so far behind the text.
constexpr std::size_t kPadding = 2 * sizeof(u64);
constexpr std::array kSidesOfLevel{Side::ask, Side::bid};  // in the order of the columns

u64 word_at(const char* at) {
  return load_le<u64>(reinterpret_cast<const std::byte*>(at));
}

// Compares `size` bytes, at least one. Up to kPadding bytes must be readable at both places.
bool is_same_text(const char* a, const char* b, std::size_t size) {
  if (size > kPadding) return std::memcmp(a, b, size) == 0;
  const u64 different = word_at(a) ^ word_at(b);
  if (size < sizeof(u64)) return different << (8 * (sizeof(u64) - size)) == 0;
  return different == 0 && word_at(a + size - sizeof(u64)) == word_at(b + size - sizeof(u64));
}

// Returns how many bytes are the same, at least those in front of the first word that differs.
std::size_t same_beginning(const char* a, const char* b, std::size_t size) {
  std::size_t at = 0;
  while (at + sizeof(u64) <= size) {
    if (word_at(a + at) != word_at(b + at)) return at;
    at += sizeof(u64);
  }
  const std::size_t rest = size - at;
  return rest == 0 || is_same_text(a + at, b + at, rest) ? size : at;
}

bool is_worse(Side side, Price price, Price than) {
  return side == Side::ask ? price > than : price < than;
}

}  // namespace

bool BookRows::parse(std::string_view text, RowFault& fault) {
  const Row& last = rows_[now_];
  now_ = 1 - now_;
  Row& row = rows_[now_];
  const std::size_t size = text.size() - (text.ends_with('\r') ? 1 : 0);
  if (row.text.size() < size + 1 + kPadding) row.text.resize(size + 1 + kPadding);
  if (size > 0) std::memcpy(row.text.data(), text.data(), size);
  row.text[size] = ',';
  row.size = size + 1;
  if (last.row.depth > 0 && parse_changes(last, row)) return true;
  if (!parse_book_row(text, last.row.depth, row.row, fault)) return false;
  note_pieces(row);
  return true;
}

// Copies the levels in front of the first difference between the two texts. Returns their number.
std::size_t BookRows::copy_beginning(const Row& last, Row& row) {
  const std::size_t same =
      same_beginning(last.text.data(), row.text.data(), std::min(last.size, row.size));
  const auto& last_of_level = last.pieces[BookRow::index(kSidesOfLevel.back())];
  std::size_t depth = 0;
  while (depth < last.row.depth && last_of_level[depth].begin + last_of_level[depth].size <= same) {
    ++depth;
  }
  for (std::size_t s = 0; s < row.pieces.size(); ++s) {
    row.pieces[s].resize(last.row.depth);
    std::copy_n(last.pieces[s].begin(), depth, row.pieces[s].begin());
    const auto& levels = last.row.sides[s];
    row.row.sides[s].resize(last.row.depth);
    std::copy_n(levels.begin(), std::min(depth, levels.size()), row.row.sides[s].begin());
  }
  return depth;
}

// Returns the piece of the last row with the text at `at`, if it is the expected one or a
// neighbour: one level came or went before it.
const BookRows::Piece* BookRows::find(const char* last_text, const Cursor& cursor, const char* at) {
  const u64 first = word_at(at);
  const auto is_it = [&](const Piece& piece) {
    const char* const text = last_text + piece.begin;
    const u64 different = first ^ word_at(text);
    if (piece.size < sizeof(u64)) return different << (8 * (sizeof(u64) - piece.size)) == 0;
    return different == 0 && is_same_text(at, text, piece.size);
  };
  const Piece* const expected = cursor.expected;
  if (expected < cursor.end && is_it(*expected)) return expected;
  if (expected + 1 < cursor.end && is_it(expected[1])) return expected + 1;
  if (expected > cursor.begin && is_it(expected[-1])) return expected - 1;
  return nullptr;
}

// Returns false where the piece is invalid, and where a column is not written as usual.
bool BookRows::parse_piece(Side side, const char* at, const char* end, Piece& piece) {
  const char* const begin = at;
  i64 price = 0;
  i64 size = 0;
  if (at >= end || !take_integer(at, end, price) || at == end) return false;
  ++at;
  if (!take_integer(at, end, size) || at == end) return false;
  const bool is_absent = price == absent_price(side);
  if (price < -kMaxPrice || price > kMaxPrice || size < 0 || size > kMaxLevelSize) return false;
  piece.size = static_cast<u32>(at + 1 - begin);
  piece.level = {Price{price * kPriceScale}, size};
  return (size == 0) == is_absent;
}

// Returns false where the row is invalid, and where a column is not written as usual.
bool BookRows::parse_changes(const Row& last, Row& row) {
  const std::size_t depth = row.row.depth = last.row.depth;
  const std::size_t same = copy_beginning(last, row);
  std::array<Cursor, 2> cursors;  // of the sides in the order of the columns
  for (std::size_t i = 0; i < cursors.size(); ++i) {
    const std::size_t s = BookRow::index(kSidesOfLevel[i]);
    const auto& pieces = last.pieces[s];
    cursors[i] = {.side = kSidesOfLevel[i],
                  .begin = pieces.data(),
                  .end = pieces.data() + depth,
                  .expected = pieces.data() + same,
                  .piece = row.pieces[s].data() + same,
                  .levels = row.row.sides[s].data(),
                  .existing = std::min(same, last.row.sides[s].size())};
  }
  const char* const begin = row.text.data();
  const char* const end = begin + row.size;
  const char* at = begin;
  if (same > 0) at += cursors.back().piece[-1].begin + cursors.back().piece[-1].size;
  for (std::size_t i = same; i < depth; ++i) {
    for (Cursor& cursor : cursors) {
      // A text that goes on behind the row's end is found out here or at the end.
      if (at >= end) return false;
      Piece& piece = *cursor.piece++;
      if (const Piece* known = find(last.text.data(), cursor, at); known != nullptr) {
        piece = *known;
        cursor.expected = known + 1;
      } else if (parse_piece(cursor.side, at, end, piece)) {
        if (cursor.expected < cursor.end) ++cursor.expected;
      } else {
        return false;
      }
      piece.begin = static_cast<u32>(at - begin);
      at += piece.size;
      if (piece.level.size == 0) continue;
      if (cursor.existing++ != i) return false;
      if (i > 0 && !is_worse(cursor.side, piece.level.price, cursor.levels[i - 1].price)) {
        return false;
      }
      cursor.levels[i] = piece.level;
    }
  }
  for (const Cursor& cursor : cursors) {
    row.row.sides[BookRow::index(cursor.side)].resize(cursor.existing);
  }
  return at == end;
}

// Notes where the pieces of a valid row are.
void BookRows::note_pieces(Row& row) {
  const std::string_view text{row.text.data(), row.size};
  std::size_t at = 0;
  for (auto& pieces : row.pieces) pieces.resize(row.row.depth);
  for (std::size_t depth = 0; depth < row.row.depth; ++depth) {
    for (const Side side : kSidesOfLevel) {
      const std::size_t end = text.find(',', text.find(',', at) + 1) + 1;
      const auto& levels = row.row.side(side);
      row.pieces[BookRow::index(side)][depth] = {
          .begin = static_cast<u32>(at),
          .size = static_cast<u32>(end - at),
          .level = depth < levels.size() ? levels[depth]
                                         : BookLevel{Price{absent_price(side) * kPriceScale}, 0}};
      at = end;
    }
  }
}

}  // namespace tapedeck::feeds::lobster
