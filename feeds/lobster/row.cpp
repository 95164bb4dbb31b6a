#include "feeds/lobster/row.hpp"

#include <limits>

#include "feeds/lobster/columns.hpp"

namespace tapedeck::feeds::lobster {
namespace {

// The exchange's wire format has 32 bits for a size, so that no message can state more.
constexpr i64 kMaxMessageSize = std::numeric_limits<u32>::max();
constexpr i64 kMaxId = std::numeric_limits<i64>::max();
static_assert(static_cast<u64>(kMaxId) < kFirstSyntheticId, "a file cannot name a synthetic order");
constexpr u32 kIgnoredColumns = 1;  // of a message row, behind its six

constexpr Range kType{1, 7, "a message type, 1 to 7"};
constexpr Range kSize{1, kMaxMessageSize, "a size from 1 to 4294967295"};
constexpr Range kAnySize{0, kMaxMessageSize, "a size from 0 to 4294967295"};
constexpr Range kLevelSize{0, kMaxLevelSize, "the size of a level"};
constexpr Range kPrice{-kMaxPrice, kMaxPrice, "a price x 10,000, a whole number"};
constexpr Range kHalt{-1, 1, "-1 (halt), 0 (quotes resume) or 1 (trading resumes)"};
constexpr Range kOrder{1, kMaxId, "an order id from 1"};
constexpr Range kNoOrder{-1, kMaxId, "an order id, or 0 or -1 for none"};
constexpr Range kDirection{-1, 1, "1 (buy) or -1 (sell)"};

// Parses one side of one level. Existing levels come first, from best to worst; absent ones follow.
bool parse_level(Columns& columns, Side side, std::vector<BookLevel>& levels, bool& ended) {
  const i64 absent = absent_price(side);
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
