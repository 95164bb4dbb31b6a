// Parses the columns of one row of text from left to right. After the first failure every call
// fails. Text is only read; memory is allocated only for a fault.
//
// A column of at most kQuickDigits digits, without blanks, takes one pass. Any other column goes
// the long way, which alone decides what is invalid and how the fault is worded.
#pragma once

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>
#include <utility>

#include "engine/core/bytes.hpp"
#include "engine/core/types.hpp"
#include "feeds/lobster/row.hpp"

namespace tapedeck::feeds::lobster {

/// The values that a column may have, and their name in a fault.
struct Range {
  i64 least;
  i64 most;
  const char* name;
};

/// As many digits never overflow 64 bits.
inline constexpr std::size_t kQuickDigits = 18;

/// Moves `at` behind the digits that follow, at most `most` of them and none from `end` on. Returns
/// their value. The first eight are taken at once where the row has as many characters.
[[nodiscard]] inline u64 take_digits(const char*& at, const char* end, std::size_t most) {
  u64 value = 0;
  if (end - at >= 8) {
    u64 digits = load_le<u64>(reinterpret_cast<const std::byte*>(at)) ^ 0x3030303030303030U;
    // Sets the high bit of each byte above 9. A carry reaches only bytes behind the first of them.
    const u64 others = ((digits + 0x7676767676767676U) | digits) & 0x8080808080808080U;
    const auto found = static_cast<std::size_t>(std::countr_zero(others)) / 8;
    const std::size_t count = std::min(found, most);
    if (count == 0) return 0;
    at += count;
    // The first character is the lowest byte; zeros go in front of it.
    digits <<= 8 * (8 - count);
    digits = (digits * (10 * 0x100 + 1)) >> 8 & 0x00FF00FF00FF00FFU;
    digits = (digits * (100 * 0x10000 + 1)) >> 16 & 0x0000FFFF0000FFFFU;
    value = (digits * (u64{10'000} * 0x1'0000'0000 + 1)) >> 32;
    if (count < 8) return value;
    most -= count;
  }
  const char* const limit = at + std::min(static_cast<std::size_t>(end - at), most);
  for (; at != limit; ++at) {
    const auto digit = static_cast<unsigned char>(*at - '0');
    if (digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}

/// Parses an integer that is a whole column: an optional minus and at most kQuickDigits digits, up
/// to a comma or `end`. Moves `at` to that comma or to `end`. Returns false for any other text.
[[nodiscard]] inline bool take_integer(const char*& at, const char* end, i64& value) {
  const char* last = at;
  const bool negative = last != end && *last == '-';
  if (negative) ++last;
  const char* const first = last;
  const auto number = static_cast<i64>(take_digits(last, end, kQuickDigits));
  if (last == first || (last != end && *last != ',')) return false;
  value = negative ? -number : number;
  at = last;
  return true;
}

class Columns {
 public:
  Columns(std::string_view text, RowFault& fault)
      : at_(text.data()), end_(text.data() + text.size()), fault_(fault) {
    if (!text.empty() && text.back() == '\r') --end_;
  }

  [[nodiscard]] bool done() const { return done_; }

  bool next(const char* expected);
  bool integer(const Range& range, i64& value) {
    const char* last = at_;
    i64 found = 0;
    if (!done_ && take_integer(last, end_, found) && found >= range.least && found <= range.most) {
      value = found;
      pass(last);
      return true;
    }
    return other_integer(range, value);
  }
  bool time(Nanos& value);
  /// Accepts up to `ignored` columns more.
  bool finish(u32 ignored = 0);
  bool reject(std::string expected);

 private:
  // Makes the text from at_ to `last`, which is a comma or the end, the current column.
  void pass(const char* last) {
    ++column_;
    text_ = {at_, static_cast<std::size_t>(last - at_)};
    done_ = last == end_;
    at_ = done_ ? end_ : last + 1;
  }
  bool other_integer(const Range& range, i64& value);
  [[nodiscard]] bool is_integer(const Range& range, i64& value) const;
  [[nodiscard]] bool quick_time(Nanos& value);
  [[nodiscard]] bool is_time(Nanos& value) const;
  bool trim();
  bool fail(std::string found, std::string expected) {
    fault_ = {column_, std::move(found), std::move(expected)};
    return false;
  }

  const char* at_;  // the first character of the next column
  const char* end_;
  std::string_view text_;  // the current column
  RowFault& fault_;
  u32 column_ = 0;
  bool done_ = false;
};

}  // namespace tapedeck::feeds::lobster
