// Parses the two kinds of LOBSTER rows from text. Pure functions. For a valid row, memory is
// allocated only if the vectors of the BookRow must grow.
//
// Message row: seconds after midnight, type, order id, size, price x 10,000, direction. A seventh
// column, in which some files have a participant or "null", is ignored.
// Book row: ask price, ask size, bid price, bid size of the best level, then of the next level, and
// so on. A level that does not exist has the price 9999999999 (ask) or -9999999999 (bid) and the
// size 0.
//
// There may be blanks around a column. Any other row is invalid. A RowFault reports the column.
// Numbers are bounded so that no later sum or product can overflow.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/bytes.hpp"
#include "engine/core/types.hpp"

namespace tapedeck::feeds::lobster {

/// LOBSTER's price unit, 1e-4, in the engine's price units.
inline constexpr i64 kPriceScale = kPriceUnitsPerOne / 10'000;
/// The largest price that a row may state, and the smallest negated.
inline constexpr i64 kMaxPrice = (kNoPrice.value - 1) / kPriceScale;
/// The limit of a level's size: far above any book, and small enough to sum thousands of levels.
inline constexpr i64 kMaxLevelSize = 1'000'000'000'000'000;

enum class MessageType : u8 {
  add = 1,
  reduce = 2,
  remove = 3,
  execute = 4,
  execute_hidden = 5,
  cross = 6,
  halt = 7
};
/// The values of a halt message's price column.
inline constexpr Price kHalted{-1 * kPriceScale};
inline constexpr Price kQuotesResume{0};
inline constexpr Price kTradingResumes{1 * kPriceScale};

struct MessageRow {
  Nanos since_midnight{};
  MessageType type{};
  Side side = Side::none;  // of the resting order
  OrderId id{};            // 0: none, as in hidden executions, crosses and halts
  Quantity size{};         // in a remove: the order's remaining size
  Price price{};
};

struct BookLevel {
  Price price;
  i64 size;

  friend bool operator==(const BookLevel&, const BookLevel&) = default;
};

/// Returns the price that a book row states for a level that does not exist.
[[nodiscard]] constexpr i64 absent_price(Side side) {
  constexpr i64 kAbsent = 9'999'999'999;
  return side == Side::ask ? kAbsent : -kAbsent;
}

/// The existing levels of both sides, from the best.
struct BookRow {
  std::array<std::vector<BookLevel>, 2> sides;
  std::size_t depth = 0;  // how many levels the row can show

  [[nodiscard]] static std::size_t index(Side side) { return side == Side::ask ? 1 : 0; }
  [[nodiscard]] const std::vector<BookLevel>& side(Side side) const { return sides[index(side)]; }
  /// Returns true if the row shows `depth` levels of the side. The side's further levels are then
  /// unknown.
  [[nodiscard]] bool is_full(Side s) const { return side(s).size() == depth; }
};

/// Why a row is invalid. `column` counts from 1.
struct RowFault {
  u32 column = 0;
  std::string found;
  std::string expected;
};

/// Parses a message row. Returns false and sets `fault` if the row is invalid.
[[nodiscard]] bool parse_message_row(std::string_view text, MessageRow& row, RowFault& fault);
/// Parses a book row with `depth` levels. With `depth` 0, which is for a file's first row, accepts
/// any number of levels. Returns false and sets `fault` if the row is invalid.
[[nodiscard]] bool parse_book_row(std::string_view text, std::size_t depth, BookRow& row,
                                  RowFault& fault);

/// Returns a short printable excerpt of wrong text, in quotes, for messages.
[[nodiscard]] std::string excerpt(std::string_view text);

}  // namespace tapedeck::feeds::lobster
