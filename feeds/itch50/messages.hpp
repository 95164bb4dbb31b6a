// The 23 messages of Nasdaq TotalView-ITCH 5.0, as plain values.
//
// Source: Nasdaq TotalView-ITCH 5.0 specification, revision of 2023-04-28. All integers are
// big-endian and unsigned. Text is ASCII, left-justified and padded with spaces. Prices are in
// units of 1e-4, MWCB levels in units of 1e-8. Timestamps are nanoseconds since midnight, US
// Eastern wall clock.
//
// for_each_field() lists the fields of each message once, in wire order. Decoding and encoding both
// use this list, so they agree. The sizes in kWireSize come from the specification; messages_test
// checks that the field lists have these sizes.
#pragma once

#include <array>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "engine/core/bytes.hpp"

namespace tapedeck::itch50 {

/// Fixed-width text as on the wire, padded with spaces.
template <std::size_t N>
struct Text {
  std::array<char, N> raw;

  Text() = default;
  explicit Text(std::string_view text) {
    raw.fill(' ');
    text.copy(raw.data(), N);
  }
  /// Returns the text without its padding.
  [[nodiscard]] std::string_view trimmed() const {
    std::size_t size = N;
    while (size > 0 && raw[size - 1] == ' ') --size;
    return {raw.data(), size};
  }
  friend bool operator==(const Text&, const Text&) = default;
};

using Stock = Text<8>;
using Mpid = Text<4>;

/// The fields at the start of every message, after its type letter.
struct Header {
  u16 locate;
  u16 tracking;
  u64 timestamp;  // 48 bits on the wire
  friend bool operator==(const Header&, const Header&) = default;
};

struct SystemEvent {
  static constexpr char kType = 'S';
  Header header;
  char event;  // O S Q M E C, in the order of the day
};

struct StockDirectory {
  static constexpr char kType = 'R';
  Header header;
  Stock stock;
  char market_category, financial_status;
  u32 round_lot;
  char round_lots_only, issue_classification;
  Text<2> issue_subtype;
  char authenticity, short_sale_threshold, ipo_flag, luld_tier, etp_flag;
  u32 etp_leverage;
  char inverse;
};

struct TradingAction {
  static constexpr char kType = 'H';
  Header header;
  Stock stock;
  char state;  // H halted, P paused, Q quotation only, T trading
  char reserved;
  Text<4> reason;
};

struct RegSho {
  static constexpr char kType = 'Y';
  Header header;
  Stock stock;
  char action;
};

struct ParticipantPosition {
  static constexpr char kType = 'L';
  Header header;
  Mpid mpid;
  Stock stock;
  char primary, mode, state;
};

struct MwcbLevels {
  static constexpr char kType = 'V';
  Header header;
  u64 level_1, level_2, level_3;
};

struct MwcbStatus {
  static constexpr char kType = 'W';
  Header header;
  char breached;
};

struct IpoQuoting {
  static constexpr char kType = 'K';
  Header header;
  Stock stock;
  u32 release_time_s;
  char qualifier;
  u32 price;
};

struct LuldCollar {
  static constexpr char kType = 'J';
  Header header;
  Stock stock;
  u32 reference, upper, lower, extension;
};

struct OperationalHalt {
  static constexpr char kType = 'h';
  Header header;
  Stock stock;
  char market;
  char action;  // H halted, T lifted
};

struct AddOrder {
  static constexpr char kType = 'A';
  Header header;
  u64 reference;
  char side;
  u32 shares;
  Stock stock;
  u32 price;
};

struct AddOrderMpid {
  static constexpr char kType = 'F';
  Header header;
  u64 reference;
  char side;
  u32 shares;
  Stock stock;
  u32 price;
  Mpid attribution;
};

struct OrderExecuted {
  static constexpr char kType = 'E';
  Header header;
  u64 reference;
  u32 shares;
  u64 match;
};

struct OrderExecutedPrice {
  static constexpr char kType = 'C';
  Header header;
  u64 reference;
  u32 shares;
  u64 match;
  char printable;
  u32 price;
};

struct OrderCancel {
  static constexpr char kType = 'X';
  Header header;
  u64 reference;
  u32 shares;
};

struct OrderDelete {
  static constexpr char kType = 'D';
  Header header;
  u64 reference;
};

struct OrderReplace {
  static constexpr char kType = 'U';
  Header header;
  u64 reference, new_reference;
  u32 shares, price;
};

struct Trade {
  static constexpr char kType = 'P';
  Header header;
  u64 reference;
  char side;
  u32 shares;
  Stock stock;
  u32 price;
  u64 match;
};

struct CrossTrade {
  static constexpr char kType = 'Q';
  Header header;
  u64 shares;
  Stock stock;
  u32 price;
  u64 match;
  char cross_type;
};

struct BrokenTrade {
  static constexpr char kType = 'B';
  Header header;
  u64 match;
};

struct Imbalance {
  static constexpr char kType = 'I';
  Header header;
  u64 paired, imbalance;
  char direction;
  Stock stock;
  u32 far_price, near_price, reference_price;
  char cross_type, variation;
};

struct RetailInterest {
  static constexpr char kType = 'N';
  Header header;
  Stock stock;
  char interest;
};

struct DirectListing {
  static constexpr char kType = 'O';
  Header header;
  Stock stock;
  char eligibility;
  u32 minimum, maximum, near_price;
  u64 near_time;
  u32 lower_collar, upper_collar;
};

/// A message type, const or not, whose kType is one of kTypes.
template <class Message, char... kTypes>
concept OneOf = ((std::remove_const_t<Message>::kType == kTypes) || ...);

// clang-format off
template <class F> void for_each_field(F&& f, OneOf<'S'> auto& m) { f(m.event); }
template <class F> void for_each_field(F&& f, OneOf<'R'> auto& m) {
  f(m.stock); f(m.market_category); f(m.financial_status); f(m.round_lot); f(m.round_lots_only);
  f(m.issue_classification); f(m.issue_subtype); f(m.authenticity); f(m.short_sale_threshold);
  f(m.ipo_flag); f(m.luld_tier); f(m.etp_flag); f(m.etp_leverage); f(m.inverse);
}
template <class F> void for_each_field(F&& f, OneOf<'H'> auto& m) {
  f(m.stock); f(m.state); f(m.reserved); f(m.reason);
}
template <class F> void for_each_field(F&& f, OneOf<'Y'> auto& m) { f(m.stock); f(m.action); }
template <class F> void for_each_field(F&& f, OneOf<'L'> auto& m) {
  f(m.mpid); f(m.stock); f(m.primary); f(m.mode); f(m.state);
}
template <class F> void for_each_field(F&& f, OneOf<'V'> auto& m) {
  f(m.level_1); f(m.level_2); f(m.level_3);
}
template <class F> void for_each_field(F&& f, OneOf<'W'> auto& m) { f(m.breached); }
template <class F> void for_each_field(F&& f, OneOf<'K'> auto& m) {
  f(m.stock); f(m.release_time_s); f(m.qualifier); f(m.price);
}
template <class F> void for_each_field(F&& f, OneOf<'J'> auto& m) {
  f(m.stock); f(m.reference); f(m.upper); f(m.lower); f(m.extension);
}
template <class F> void for_each_field(F&& f, OneOf<'h'> auto& m) {
  f(m.stock); f(m.market); f(m.action);
}
template <class F> void for_each_field(F&& f, OneOf<'A', 'F'> auto& m) {
  f(m.reference); f(m.side); f(m.shares); f(m.stock); f(m.price);
  if constexpr (requires { m.attribution; }) f(m.attribution);
}
template <class F> void for_each_field(F&& f, OneOf<'E', 'C'> auto& m) {
  f(m.reference); f(m.shares); f(m.match);
  if constexpr (requires { m.printable; }) { f(m.printable); f(m.price); }
}
template <class F> void for_each_field(F&& f, OneOf<'X'> auto& m) { f(m.reference); f(m.shares); }
template <class F> void for_each_field(F&& f, OneOf<'D'> auto& m) { f(m.reference); }
template <class F> void for_each_field(F&& f, OneOf<'U'> auto& m) {
  f(m.reference); f(m.new_reference); f(m.shares); f(m.price);
}
template <class F> void for_each_field(F&& f, OneOf<'P'> auto& m) {
  f(m.reference); f(m.side); f(m.shares); f(m.stock); f(m.price); f(m.match);
}
template <class F> void for_each_field(F&& f, OneOf<'Q'> auto& m) {
  f(m.shares); f(m.stock); f(m.price); f(m.match); f(m.cross_type);
}
template <class F> void for_each_field(F&& f, OneOf<'B'> auto& m) { f(m.match); }
template <class F> void for_each_field(F&& f, OneOf<'I'> auto& m) {
  f(m.paired); f(m.imbalance); f(m.direction); f(m.stock); f(m.far_price); f(m.near_price);
  f(m.reference_price); f(m.cross_type); f(m.variation);
}
template <class F> void for_each_field(F&& f, OneOf<'N'> auto& m) { f(m.stock); f(m.interest); }
template <class F> void for_each_field(F&& f, OneOf<'O'> auto& m) {
  f(m.stock); f(m.eligibility); f(m.minimum); f(m.maximum); f(m.near_price); f(m.near_time);
  f(m.lower_collar); f(m.upper_collar);
}
// clang-format on

/// Calls `visit` for every message type, in the order of the specification's table.
template <class Visitor>
constexpr void for_each_message(Visitor&& visit) {
  visit.template operator()<SystemEvent>();
  visit.template operator()<StockDirectory>();
  visit.template operator()<TradingAction>();
  visit.template operator()<RegSho>();
  visit.template operator()<ParticipantPosition>();
  visit.template operator()<MwcbLevels>();
  visit.template operator()<MwcbStatus>();
  visit.template operator()<IpoQuoting>();
  visit.template operator()<LuldCollar>();
  visit.template operator()<OperationalHalt>();
  visit.template operator()<AddOrder>();
  visit.template operator()<AddOrderMpid>();
  visit.template operator()<OrderExecuted>();
  visit.template operator()<OrderExecutedPrice>();
  visit.template operator()<OrderCancel>();
  visit.template operator()<OrderDelete>();
  visit.template operator()<OrderReplace>();
  visit.template operator()<Trade>();
  visit.template operator()<CrossTrade>();
  visit.template operator()<BrokenTrade>();
  visit.template operator()<Imbalance>();
  visit.template operator()<RetailInterest>();
  visit.template operator()<DirectListing>();
}
inline constexpr int kMessageTypes = 23;

/// The wire size of each message type, including the type byte, indexed by the type's letter; 0 for
/// letters that are no type. The table is copied from the specification. messages_test compares the
/// field lists with it.
inline constexpr std::array<u8, 256> kWireSize = [] {
  std::array<u8, 256> size{};
  struct TypeSize {
    char type;
    u8 size;
  };
  for (const auto& [type, bytes] :
       {TypeSize{'A', 36}, {'B', 19}, {'C', 36}, {'D', 19}, {'E', 31}, {'F', 40},
        {'H', 25},         {'I', 50}, {'J', 35}, {'K', 28}, {'L', 26}, {'N', 20},
        {'O', 48},         {'P', 44}, {'Q', 40}, {'R', 39}, {'S', 12}, {'U', 35},
        {'V', 35},         {'W', 12}, {'X', 23}, {'Y', 20}, {'h', 21}}) {
    size[static_cast<u8>(type)] = bytes;
  }
  return size;
}();
inline constexpr std::size_t kMaxWireSize = 50;
/// The number of values of a stock locate, which has 16 bits. Locate 0 means "no stock".
inline constexpr std::size_t kLocates = 65'536;
inline constexpr std::size_t kHeaderSize = 11;

[[nodiscard]] constexpr std::size_t wire_size(char type) {
  return kWireSize[static_cast<u8>(type)];
}

}  // namespace tapedeck::itch50
