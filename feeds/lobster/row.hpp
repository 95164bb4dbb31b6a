// The two kinds of LOBSTER rows, from text: pure functions, no allocation on good rows.
//
// Message row: seconds after midnight, type, order id, size, price x 10,000, direction.
// Book row: ask price, ask size, bid price, bid size of the best level, then of the next, and so
// on; a level that does not exist has the price 9999999999 (ask) or -9999999999 (bid), size 0.
//
// A row that is anything else is a fault with the column it lies in. Numbers are bounded so that
// no later sum or product can overflow.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/bytes.hpp"
#include "engine/core/types.hpp"

namespace tapedeck::feeds::lobster {

/// LOBSTER's price unit, 1e-4, in ours.
inline constexpr i64 kPriceScale = kPriceUnitsPerOne / 10'000;

enum class MessageType : u8 {
  add = 1,
  reduce = 2,
  remove = 3,
  execute = 4,
  execute_hidden = 5,
  cross = 6,
  halt = 7
};
/// What a halt message says in its price column.
inline constexpr Price kHalted{-1 * kPriceScale};
inline constexpr Price kQuotesResume{0};
inline constexpr Price kTradingResumes{1 * kPriceScale};

struct MessageRow {
  Nanos since_midnight{};
  MessageType type{};
  Side side = Side::none;  // of the resting order
  OrderId id{};            // 0 for hidden executions, crosses and halts
  Quantity size{};         // of a remove: all that remained
  Price price{};
};

struct BookLevel {
  Price price;
  i64 size;

  friend bool operator==(const BookLevel&, const BookLevel&) = default;
};

/// The best levels of both sides, those that exist, from the best.
struct BookRow {
  std::array<std::vector<BookLevel>, 2> sides;
  std::size_t depth = 0;  // how many levels the row can show

  [[nodiscard]] static std::size_t index(Side side) { return side == Side::ask ? 1 : 0; }
  [[nodiscard]] const std::vector<BookLevel>& side(Side side) const { return sides[index(side)]; }
  /// All levels are taken: what lies beyond the last one is not known.
  [[nodiscard]] bool is_full(Side s) const { return side(s).size() == depth; }
};

/// Why a row is none. `column` counts from 1.
struct RowFault {
  u32 column = 0;
  std::string found;
  std::string expected;
};

[[nodiscard]] bool parse_message_row(std::string_view text, MessageRow& row, RowFault& fault);
/// `depth` 0 takes any number of levels, as a file's first row must.
[[nodiscard]] bool parse_book_row(std::string_view text, std::size_t depth, BookRow& row,
                                  RowFault& fault);

/// True when the content begins with a message row.
[[nodiscard]] bool looks_like_lobster(Bytes beginning);

/// What a person needs to see of text that is wrong: printable, in quotes, not much.
[[nodiscard]] std::string excerpt(std::string_view text);

}  // namespace tapedeck::feeds::lobster
