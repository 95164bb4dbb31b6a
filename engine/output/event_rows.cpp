#include "engine/output/event_rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include <nlohmann/json.hpp>

#include "engine/core/printable.hpp"
#include "engine/output/csv.hpp"

namespace tapedeck::output {
namespace {

constexpr std::array<std::string_view, kColumns> kColumnNames{
    "sequence",  "time_ns",   "kind",      "side",      "instrument",    "symbol", "id",
    "aux",       "mpid",      "price",     "quantity",  "flags",         "type",   "direction",
    "variation", "paired",    "imbalance", "reference", "far",           "near",   "upper",
    "lower",     "extension", "state",     "session",   "source",        "reason", "first",
    "last",      "body",      "source_id", "round_lot", "quantity_scale"};

// In the order of the bits, from the lowest.
constexpr std::array<std::string_view, 7> kFlagNames{
    "last_of_event", "non_printable", "synthetic", "doubtful",
    "carry_on",      "operational",   "preroll"};
constexpr std::size_t kFlagSets = std::size_t{1} << kFlagNames.size();

constexpr u64 kWirePricesPerOne = 10'000;  // of auctions

// True for a character that both formats write unchanged.
bool is_plain(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != ',';
}

// Bytes from the wire, quoted for a row. Cold.
std::string quoted_text(RowFormat format, std::string_view text) {
  if (format == RowFormat::jsonl) {
    return nlohmann::json(valid_utf8(text)).dump(-1, ' ', true);
  }
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string shown;
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '\\') {
      shown += c;
    } else {
      const auto byte = static_cast<u8>(c);
      shown.append("\\x").append({kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return csv_field(shown);
}

std::string flags_text(RowFormat format, std::size_t flags) {
  const bool json = format == RowFormat::jsonl;
  std::string list;
  for (std::size_t bit = 0; bit < kFlagNames.size(); ++bit) {
    if ((flags >> bit & 1) == 0) continue;
    if (!list.empty()) list += json ? ',' : '|';
    list.append(json ? "\"" : "").append(kFlagNames[bit]).append(json ? "\"" : "");
  }
  return json ? "[" + list + "]" : list;
}

template <u64 kPerOne>
char* put_decimal(char* at, i64 value) {
  constexpr int kDecimals = kPerOne == u64{kPriceUnitsPerOne} ? 9 : 4;
  static_assert(kPerOne == u64{kPriceUnitsPerOne} || kPerOne == kWirePricesPerOne);
  // Unsigned, because the negative of the smallest value does not fit.
  u64 magnitude = static_cast<u64>(value);
  if (value < 0) {
    *at++ = '-';
    magnitude = u64{0} - magnitude;
  }
  at = std::to_chars(at, at + 20, magnitude / kPerOne).ptr;
  u64 fraction = magnitude % kPerOne;
  if (fraction == 0) return at;
  *at = '.';
  char* end = at + 1;
  for (int digit = kDecimals; digit > 0; --digit, fraction /= 10) {
    at[digit] = static_cast<char>('0' + fraction % 10);
    if (end == at + 1 && at[digit] != '0') end = at + digit + 1;
  }
  return end;
}

// Writes a row's fields one after another, in the order of their columns. A field that is not
// written is empty in CSV and absent in JSON.
template <RowFormat kFormat>
class RowWriter {
 public:
  explicit RowWriter(char* at) : at_(at) {}

  template <class Integer>
  void number(Column column, Integer value) {
    begin(column);
    at_ = std::to_chars(at_, at_ + 20, value).ptr;
  }
  void price(Column column, Price price) {
    if (price == kNoPrice) return;
    begin(column);
    at_ = put_decimal<u64{kPriceUnitsPerOne}>(at_, price.value);
  }
  void wire_price(Column column, u32 price) {
    begin(column);
    at_ = put_decimal<kWirePricesPerOne>(at_, price);
  }
  // Writes a name of this program, in which nothing needs quoting.
  void name(Column column, std::string_view name) {
    begin(column);
    if constexpr (kFormat == RowFormat::jsonl) *at_++ = '"';
    append(name);
    if constexpr (kFormat == RowFormat::jsonl) *at_++ = '"';
  }
  // Writes text from the wire, without the blanks and zeros that pad its field.
  void text(Column column, std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
    if (text.empty()) return;
    if (std::ranges::all_of(text, is_plain)) return name(column, text);
    ready(column, quoted_text(kFormat, text));
  }
  // Says what the time counts from. CSV has no column for it.
  void say_midnight() {
    if constexpr (kFormat == RowFormat::jsonl) append(R"(,"time_base":"midnight")");
  }
  void letter(Column column, char letter) { text(column, {&letter, 1}); }
  // Writes text that is quoted already.
  void ready(Column column, std::string_view text) {
    if (text.empty()) return;
    begin(column);
    append(text);
  }
  void hex(Column column, std::span<const u8> bytes) {
    std::array<char, 2 * NoticeFields::kMaxBody> digits{};
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::size_t count = 0;
    for (const u8 byte : bytes) {
      digits[count++] = kDigits[byte >> 4];
      digits[count++] = kDigits[byte & 15];
    }
    if (count > 0) name(column, {digits.data(), count});
  }
  [[nodiscard]] char* end() {
    if constexpr (kFormat == RowFormat::csv) {
      skip_to(kColumns - 1);
    } else {
      *at_++ = '}';
    }
    *at_++ = '\n';
    return at_;
  }

 private:
  void begin(Column column) {
    const auto index = static_cast<std::size_t>(column);
    if constexpr (kFormat == RowFormat::csv) {
      skip_to(index);
    } else {
      *at_++ = index == 0 ? '{' : ',';
      *at_++ = '"';
      append(kColumnNames[index]);
      *at_++ = '"';
      *at_++ = ':';
    }
  }
  // Writes as many commas as there can be, and keeps those that are needed.
  void skip_to(std::size_t column) {
    std::memset(at_, ',', kColumns);
    at_ += column - column_;
    column_ = column;
  }
  void append(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }

  char* at_;
  std::size_t column_ = 0;
};

template <class Row>
void put_order(Row& row, const Event& event) {
  const OrderFields& order = event.order;
  const bool names_order = event.kind != Kind::cross && event.kind != Kind::trade_break;
  if (names_order) row.number(Column::id, order.id.value);
  // An MPID has four letters; a larger value is none.
  const bool is_mpid = event.kind == Kind::add && order.aux >> 32 == 0;
  if (is_mpid) {
    std::array<std::byte, sizeof(u32)> letters{};
    store_be(letters.data(), static_cast<u32>(order.aux));
    row.text(Column::mpid, {reinterpret_cast<const char*>(letters.data()), letters.size()});
  } else if (order.aux != 0) {
    row.number(Column::aux, order.aux);
  }
  row.price(Column::price, order.price);
  row.number(Column::quantity, order.quantity.value);
}

template <class Row>
void put_auction(Row& row, const AuctionFields& auction) {
  row.letter(Column::type, auction.type);
  row.letter(Column::direction, auction.direction);
  row.letter(Column::variation, auction.variation);
  row.number(Column::paired, auction.paired);
  row.number(Column::imbalance, auction.imbalance);
  row.wire_price(Column::reference, auction.reference_e4);
  row.wire_price(Column::far, auction.far_e4);
  row.wire_price(Column::near, auction.near_e4);
}

template <class Row>
void put_state(Row& row, const Event& event) {
  const StateFields& state = event.state;
  const bool of_channel = event.instrument == kEveryInstrument;
  if (!of_channel || state.state != TradingState::unknown) {
    row.name(Column::state, name_of(state.state));
  }
  if (of_channel || state.session != Session::unknown) {
    row.name(Column::session, name_of(state.session));
  }
  row.letter(Column::source, state.source);
  row.text(Column::reason, {state.reason, sizeof state.reason});
}

// Writes the fields behind the flags. The fields of orders come before the flags.
template <class Row>
void put_rest(Row& row, const Event& event) {
  switch (payload_of(event.kind)) {
    case Payload::order:
      if (event.kind != Kind::cross) return;
      return row.letter(Column::type, static_cast<char>(event.order.id.value));
    case Payload::auction:
      return put_auction(row, event.auction);
    case Payload::state:
      return put_state(row, event);
    case Payload::collar:
      row.price(Column::reference, event.collar.reference);
      row.price(Column::upper, event.collar.upper);
      row.price(Column::lower, event.collar.lower);
      return row.number(Column::extension, event.collar.extension);
    case Payload::notice:
      row.letter(Column::type, event.notice.type);
      return row.hex(
          Column::body,
          {event.notice.body, std::min<std::size_t>(event.notice.length, NoticeFields::kMaxBody)});
    case Payload::loss:
      row.number(Column::first, event.loss.first);
      return row.number(Column::last, event.loss.last);
    case Payload::define:
      row.number(Column::source_id, event.define.source_id);
      row.number(Column::round_lot, event.define.round_lot);
      return row.number(Column::quantity_scale, u32{event.define.quantity_scale});
    default:
      return;
  }
}

}  // namespace

std::string_view name_of(Column column) {
  return kColumnNames[static_cast<std::size_t>(column)];
}

EventRows::EventRows(RowFormat format)
    : format_(format), buffer_(std::make_unique<char[]>(kFull + kMostRow)) {
  for (std::size_t flags = 0; flags < kFlagSets; ++flags) {
    flags_.push_back(flags == 0 ? "" : flags_text(format, flags));
  }
  if (format != RowFormat::csv) return;
  std::string header;
  for (const std::string_view name : kColumnNames) {
    header.append(header.empty() ? "" : ",").append(name);
  }
  header += '\n';
  size_ = header.copy(buffer_.get(), header.size());
}

void EventRows::add(const Event& event) {
  learn(event);
  format_ == RowFormat::csv ? put<RowFormat::csv>(event) : put<RowFormat::jsonl>(event);
  ++rows_;
}

template <RowFormat kFormat>
void EventRows::put(const Event& event) {
  RowWriter<kFormat> row{buffer_.get() + size_};
  row.number(Column::sequence, event.sequence);
  if (event.exchange_time != kBeginningOfTime) {
    row.number(Column::time_ns, event.exchange_time.value);
    if (says_midnight_) row.say_midnight();
  }
  row.name(Column::kind, name_of(event.kind));
  if (event.side != Side::none) row.name(Column::side, event.side == Side::bid ? "bid" : "ask");
  if (event.instrument < kNoInstrument) {
    row.number(Column::instrument, event.instrument.value);
    row.ready(Column::symbol, symbol_of(event.instrument));
  }
  if (has_order_fields(event.kind)) put_order(row, event);
  row.ready(Column::flags, flags_[event.flags % kFlagSets]);
  put_rest(row, event);
  size_ = static_cast<std::size_t>(row.end() - buffer_.get());
}

void EventRows::define(const Event& event) {
  const std::size_t index = event.instrument.value;
  if (index >= kMaxInstrumentsPerChannel) return;
  if (symbols_.size() <= index) symbols_.resize(index + 1);
  symbols_[index] = quoted_text(format_, event.define.name());
}

std::string_view EventRows::symbol_of(Instrument instrument) const {
  const std::size_t index = instrument.value;
  return index < symbols_.size() ? std::string_view{symbols_[index]} : std::string_view{};
}

}  // namespace tapedeck::output
