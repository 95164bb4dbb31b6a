#include "feeds/lobster/columns.hpp"

#include <array>
#include <charconv>

#include "engine/core/units.hpp"

namespace tapedeck::feeds::lobster {
namespace {

constexpr i64 kSecondsPerDay = 86'400;
constexpr std::size_t kMaxSecondDigits = 5;
constexpr std::size_t kMaxDecimals = 12;
constexpr std::size_t kNanoDigits = 9;
// Indexed by the number of decimals that a time has.
constexpr std::array<i64, kNanoDigits + 1> kNanosPerUnit{
    1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool Columns::next(const char* expected) {
  if (done_) {
    ++column_;
    return fail("the end of the row", expected);
  }
  pass(std::find(at_, end_, ','));
  return true;
}

bool Columns::other_integer(const Range& range, i64& value) {
  if (!next(range.name)) return false;
  return is_integer(range, value) || (trim() && is_integer(range, value)) || reject(range.name);
}

bool Columns::is_integer(const Range& range, i64& value) const {
  const char* const end = text_.data() + text_.size();
  const auto [at, error] = std::from_chars(text_.data(), end, value);
  return error == std::errc{} && at == end && value >= range.least && value <= range.most;
}

// Parses the usual time: seconds of at most five digits and at most nine decimals.
bool Columns::quick_time(Nanos& value) {
  if (done_) return false;
  const char* last = at_;
  const auto seconds = static_cast<i64>(take_digits(last, end_, kMaxSecondDigits));
  if (last == at_ || seconds >= kSecondsPerDay) return false;
  i64 nanos = 0;
  if (last != end_ && *last == '.') {
    const char* const first = ++last;
    const auto fraction = static_cast<i64>(take_digits(last, end_, kNanoDigits));
    if (last == first) return false;
    nanos = fraction * kNanosPerUnit[static_cast<std::size_t>(last - first)];
  }
  if (last != end_ && *last != ',') return false;
  value = Nanos{seconds * kNanosPerSecond + nanos};
  pass(last);
  return true;
}

// Reads digits as text, because a double would lose the last ones. The files omit trailing zeros,
// so any number of decimals is valid, including none.
bool Columns::is_time(Nanos& value) const {
  const std::size_t point = text_.find('.');
  const std::string_view whole = text_.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view{} : text_.substr(point + 1);
  i64 seconds = 0;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), seconds);
  const bool whole_fits = error == std::errc{} && end == whole.data() + whole.size() &&
                          is_digit(whole.front()) && seconds < kSecondsPerDay;
  const bool fraction_fits =
      point == std::string_view::npos || (!fraction.empty() && fraction.size() <= kMaxDecimals &&
                                          std::ranges::all_of(fraction, is_digit));
  if (!whole_fits || !fraction_fits) return false;
  i64 nanos = 0;
  for (std::size_t i = 0; i < kNanoDigits; ++i) {
    nanos = nanos * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  value = Nanos{seconds * kNanosPerSecond + nanos};
  return true;
}

bool Columns::time(Nanos& value) {
  constexpr const char* kExpected = "seconds after midnight with at most 12 decimals";
  if (quick_time(value)) return true;
  if (!next(kExpected)) return false;
  return is_time(value) || (trim() && is_time(value)) || reject(kExpected);
}

bool Columns::finish(u32 ignored) {
  while (!done_ && ignored-- > 0) (void)next("");
  if (done_) return true;
  ++column_;
  return fail(excerpt({at_, static_cast<std::size_t>(end_ - at_)}),
              "the end of the row after " + counted(column_ - 1, "column"));
}

bool Columns::reject(std::string expected) {
  return fail(excerpt(text_), std::move(expected));
}

// Removes blanks around the column. Called only for a column that could not be parsed, so that the
// usual rows do not pay for it. Returns false if there were none.
bool Columns::trim() {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t size = text_.size();
  const std::size_t first = text_.find_first_not_of(kBlanks);
  const std::size_t last = text_.find_last_not_of(kBlanks);
  text_ =
      first == std::string_view::npos ? text_.substr(0, 0) : text_.substr(first, last + 1 - first);
  return text_.size() < size;
}

}  // namespace tapedeck::feeds::lobster
