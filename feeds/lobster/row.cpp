#include "feeds/lobster/row.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "engine/core/units.hpp"

namespace tapedeck::feeds::lobster {
namespace {

// The exchange's wire format has 32 bits for a size, so that no message can state more.
constexpr i64 kMaxMessageSize = std::numeric_limits<u32>::max();
// The limit of a level's size: far above any book, and small enough to sum thousands of levels.
constexpr i64 kMaxLevelSize = 1'000'000'000'000'000;
constexpr i64 kMaxPrice = (kNoPrice.value - 1) / kPriceScale;
constexpr i64 kMaxId = std::numeric_limits<i64>::max();
static_assert(static_cast<u64>(kMaxId) < kFirstSyntheticId, "a file cannot name a synthetic order");
constexpr i64 kAbsentPrice = 9'999'999'999;
constexpr i64 kSecondsPerDay = 86'400;
constexpr std::size_t kMaxDecimals = 12;
constexpr std::size_t kNanoDigits = 9;
constexpr u32 kIgnoredColumns = 1;  // of a message row, behind its six

struct Range {
  i64 least;
  i64 most;
  const char* name;
};
constexpr Range kType{1, 7, "a message type, 1 to 7"};
constexpr Range kSize{1, kMaxMessageSize, "a size from 1 to 4294967295"};
constexpr Range kAnySize{0, kMaxMessageSize, "a size from 0 to 4294967295"};
constexpr Range kLevelSize{0, kMaxLevelSize, "the size of a level"};
constexpr Range kPrice{-kMaxPrice, kMaxPrice, "a price x 10,000, a whole number"};
constexpr Range kHalt{-1, 1, "-1 (halt), 0 (quotes resume) or 1 (trading resumes)"};
constexpr Range kOrder{1, kMaxId, "an order id from 1"};
constexpr Range kNoOrder{-1, kMaxId, "an order id, or 0 or -1 for none"};
constexpr Range kDirection{-1, 1, "1 (buy) or -1 (sell)"};

// Parses a row's columns from left to right. After the first failure every call fails.
class Columns {
 public:
  Columns(std::string_view text, RowFault& fault) : rest_(text), fault_(fault) {
    if (!rest_.empty() && rest_.back() == '\r') rest_.remove_suffix(1);
  }

  [[nodiscard]] bool done() const { return done_; }

  bool next(const char* expected) {
    if (done_) {
      ++column_;
      return fail("the end of the row", expected);
    }
    ++column_;
    const std::size_t comma = rest_.find(',');
    text_ = rest_.substr(0, comma);
    done_ = comma == std::string_view::npos;
    if (!done_) rest_.remove_prefix(comma + 1);
    return true;
  }
  bool integer(const Range& range, i64& value) {
    if (!next(range.name)) return false;
    return is_integer(range, value) || (trim() && is_integer(range, value)) || reject(range.name);
  }
  bool time(Nanos& value);
  /// Accepts up to `ignored` columns more.
  bool finish(u32 ignored = 0) {
    while (!done_ && ignored-- > 0) (void)next("");
    if (done_) return true;
    ++column_;
    return fail(excerpt(rest_), "the end of the row after " + counted(column_ - 1, "column"));
  }
  bool reject(std::string expected) { return fail(excerpt(text_), std::move(expected)); }

 private:
  [[nodiscard]] bool is_integer(const Range& range, i64& value) const {
    const char* const end = text_.data() + text_.size();
    const auto [at, error] = std::from_chars(text_.data(), end, value);
    return error == std::errc{} && at == end && value >= range.least && value <= range.most;
  }
  [[nodiscard]] bool is_time(Nanos& value) const;
  // Removes blanks around the column. Called only for a column that could not be parsed, so that
  // the usual rows do not pay for it. Returns false if there were none.
  bool trim() {
    constexpr std::string_view kBlanks = " \t";
    const std::size_t size = text_.size();
    const std::size_t first = text_.find_first_not_of(kBlanks);
    const std::size_t last = text_.find_last_not_of(kBlanks);
    text_ = first == std::string_view::npos ? text_.substr(0, 0)
                                            : text_.substr(first, last + 1 - first);
    return text_.size() < size;
  }
  bool fail(std::string found, std::string expected) {
    fault_ = {column_, std::move(found), std::move(expected)};
    return false;
  }

  std::string_view rest_;
  std::string_view text_;  // the current column
  RowFault& fault_;
  u32 column_ = 0;
  bool done_ = false;
};

// Reads digits as text, because a double would lose the last ones. The files omit trailing zeros,
// so any number of decimals is valid, including none.
bool Columns::is_time(Nanos& value) const {
  const std::size_t point = text_.find('.');
  const std::string_view whole = text_.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view{} : text_.substr(point + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
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
  if (!next(kExpected)) return false;
  return is_time(value) || (trim() && is_time(value)) || reject(kExpected);
}

// Parses one side of one level. Existing levels come first, from best to worst; absent ones follow.
bool parse_level(Columns& columns, Side side, std::vector<BookLevel>& levels, bool& ended) {
  const i64 absent = side == Side::ask ? kAbsentPrice : -kAbsentPrice;
  i64 price = 0;
  i64 size = 0;
  if (!columns.integer(kPrice, price)) return false;
  if (price == absent) {
    ended = true;
  } else if (ended) {
    return columns.reject("no level after one that does not exist");
  } else if (!levels.empty()) {
    const i64 last = levels.back().price.value / kPriceScale;
    if (side == Side::ask ? price <= last : price >= last) {
      return columns.reject("a price worse than the level before it");
    }
  }
  if (!columns.integer(kLevelSize, size)) return false;
  if ((size == 0) != (price == absent)) {
    return columns.reject(price == absent ? "the size 0 of a level that does not exist"
                                          : "the size of a level, from 1");
  }
  if (price != absent) levels.push_back({Price{price * kPriceScale}, size});
  return true;
}

}  // namespace

bool parse_message_row(std::string_view text, MessageRow& row, RowFault& fault) {
  Columns columns{text, fault};
  i64 type = 0;
  i64 id = 0;
  i64 size = 0;
  i64 price = 0;
  i64 direction = 0;
  if (!columns.time(row.since_midnight) || !columns.integer(kType, type)) return false;
  row.type = static_cast<MessageType>(type);
  // Only messages about a visible order must name one.
  const bool names_order = row.type <= MessageType::execute;
  const bool halt = row.type == MessageType::halt;
  if (!columns.integer(names_order ? kOrder : kNoOrder, id) ||
      !columns.integer(halt ? kAnySize : kSize, size) ||
      !columns.integer(halt ? kHalt : kPrice, price) || !columns.integer(kDirection, direction)) {
    return false;
  }
  if (direction == 0) return columns.reject(kDirection.name);
  row.id = OrderId{id < 0 ? 0 : static_cast<u64>(id)};
  row.size = Quantity{size};
  row.price = Price{price * kPriceScale};
  row.side = direction == 1 ? Side::bid : Side::ask;
  return columns.finish(kIgnoredColumns);
}

bool parse_book_row(std::string_view text, std::size_t depth, BookRow& row, RowFault& fault) {
  Columns columns{text, fault};
  row.depth = 0;
  bool ask_ended = false;
  bool bid_ended = false;
  for (auto& side : row.sides) side.clear();
  while (depth == 0 ? row.depth == 0 || !columns.done() : row.depth < depth) {
    if (!parse_level(columns, Side::ask, row.sides[BookRow::index(Side::ask)], ask_ended) ||
        !parse_level(columns, Side::bid, row.sides[BookRow::index(Side::bid)], bid_ended)) {
      return false;
    }
    ++row.depth;
  }
  return columns.finish();
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t kMost = 24;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string shown = "\"";
  for (const char c : text.substr(0, kMost)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      shown += c;
    } else {
      shown += "\\x";
      shown += kHex[byte >> 4];
      shown += kHex[byte & 15];
    }
  }
  return shown + (text.size() > kMost ? "...\"" : "\"");
}

}  // namespace tapedeck::feeds::lobster
