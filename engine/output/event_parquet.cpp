#include "engine/output/event_parquet.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/core/printable.hpp"

namespace tapedeck::output {
namespace {

using enum ParquetType;

// Returns true if rows of this kind may have the column. The first columns are those of all kinds.
bool has_column(Kind kind, Column column) {
  switch (column) {
    case Column::sequence:
    case Column::time_ns:
    case Column::kind:
    case Column::instrument:
    case Column::symbol:
    case Column::flags:
      return true;
    case Column::side:
      return has_order_fields(kind) || kind == Kind::clear_side;
    case Column::id:
      return has_order_fields(kind) && kind != Kind::cross && kind != Kind::trade_break;
    case Column::mpid:
      return kind == Kind::add;
    case Column::aux:
    case Column::price:
    case Column::quantity:
      return has_order_fields(kind);
    case Column::type:
      return kind == Kind::cross || kind == Kind::auction || kind == Kind::notice;
    case Column::reference:
      return kind == Kind::auction || kind == Kind::collar;
    case Column::upper:
    case Column::lower:
    case Column::extension:
      return kind == Kind::collar;
    case Column::state:
    case Column::session:
    case Column::source:
    case Column::reason:
      return kind == Kind::trading_state;
    case Column::first:
    case Column::last:
      return kind == Kind::loss;
    case Column::body:
      return kind == Kind::notice;
    case Column::source_id:
    case Column::round_lot:
    case Column::quantity_scale:
      return kind == Kind::define;
    default:
      return kind == Kind::auction;
  }
}

ParquetType type_of(Column column) {
  switch (column) {
    case Column::sequence:
    case Column::id:
    case Column::aux:
    case Column::first:
    case Column::last:
      return unsigned_64;
    case Column::time_ns:
      return time;
    case Column::instrument:
    case Column::extension:
    case Column::source_id:
    case Column::round_lot:
    case Column::quantity_scale:
      return unsigned_32;
    case Column::quantity:
    case Column::paired:
    case Column::imbalance:
      return signed_64;
    case Column::price:
    case Column::reference:
    case Column::far:
    case Column::near:
    case Column::upper:
    case Column::lower:
      return price;
    default:
      return text;
  }
}

std::vector<Column> columns_of(const std::vector<Kind>& kinds) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < kColumns; ++i) {
    const auto column = static_cast<Column>(i);
    const auto has = [column](Kind kind) { return has_column(kind, column); };
    if (std::ranges::any_of(kinds, has)) columns.push_back(column);
  }
  return columns;
}

std::vector<ParquetColumn> described(const std::vector<Column>& columns) {
  std::vector<ParquetColumn> described;
  for (const Column column : columns) {
    const bool always = column == Column::sequence || column == Column::kind;
    const std::string_view name = column == Column::time_ns ? "time" : name_of(column);
    described.push_back({std::string{name}, type_of(column), !always});
  }
  return described;
}

std::string flags_text(EventFlags flags) {
  struct Name {
    EventFlags flag;
    std::string_view name;
  };
  constexpr std::array<Name, 7> kNames{{{kLastOfEvent, "last_of_event"},
                                        {kNonPrintable, "non_printable"},
                                        {kSynthetic, "synthetic"},
                                        {kDoubtful, "doubtful"},
                                        {kCarryOn, "carry_on"},
                                        {kOperational, "operational"},
                                        {kPreroll, "preroll"}}};
  std::string list;
  for (const Name& each : kNames) {
    if ((flags & each.flag) != 0) list.append(list.empty() ? "" : "|").append(each.name);
  }
  return list;
}

Price price_of_wire(u32 e4) {
  return Price{i64{e4} * (kPriceUnitsPerOne / 10'000)};
}

std::string hex_of(const NoticeFields& notice) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  for (std::size_t i = 0; i < std::min<std::size_t>(notice.length, NoticeFields::kMaxBody); ++i) {
    digits.append({kDigits[notice.body[i] >> 4], kDigits[notice.body[i] & 15]});
  }
  return digits;
}

}  // namespace

EventParquet::EventParquet(const std::vector<Kind>& kinds, bool has_dates,
                           std::vector<ParquetNote> notes)
    : columns_(columns_of(kinds)),
      writer_(out_, described(columns_), with_time_base(has_dates, std::move(notes))) {}

void EventParquet::learn(const Event& event) {
  const std::size_t index = event.instrument.value;
  if (event.kind != Kind::define || index >= kMaxInstrumentsPerChannel) return;
  if (symbols_.size() <= index) symbols_.resize(index + 1);
  symbols_[index] = valid_utf8(event.define.name());
}

void EventParquet::add(const Event& event) {
  learn(event);
  for (const Column column : columns_) {
    has_column(event.kind, column) ? put(column, event) : writer_.none();
  }
  writer_.end_row();
  ++rows_;
}

void EventParquet::word(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  text.empty() ? writer_.none() : writer_.text(valid_utf8(text));
}

void EventParquet::letter(char letter) {
  word({&letter, 1});
}

void EventParquet::price(Price price) {
  price == kNoPrice ? writer_.none() : writer_.integer(price.value);
}

void EventParquet::put(Column column, const Event& event) {
  const bool has_time = event.exchange_time != kBeginningOfTime;
  const bool is_of_one = event.instrument < kNoInstrument;
  switch (column) {
    case Column::sequence:
      return writer_.integer(static_cast<i64>(event.sequence));
    case Column::time_ns:
      return has_time ? writer_.integer(event.exchange_time.value) : writer_.none();
    case Column::kind:
      return writer_.text(name_of(event.kind));
    case Column::side:
      return word(event.side == Side::none ? "" : event.side == Side::bid ? "bid" : "ask");
    case Column::instrument:
      return is_of_one ? writer_.integer(event.instrument.value) : writer_.none();
    case Column::symbol:
      return word(event.instrument.value < symbols_.size() ? symbols_[event.instrument.value] : "");
    case Column::flags:
      return word(flags_text(event.flags));
    default:
      return has_order_fields(event.kind) ? put_order(column, event) : put_other(column, event);
  }
}

void EventParquet::put_order(Column column, const Event& event) {
  const OrderFields& order = event.order;
  const bool is_mpid = event.kind == Kind::add && order.aux >> 32 == 0;
  switch (column) {
    case Column::id:
      return writer_.integer(static_cast<i64>(order.id.value));
    case Column::aux:
      return is_mpid || order.aux == 0 ? writer_.none()
                                       : writer_.integer(static_cast<i64>(order.aux));
    case Column::mpid: {
      std::array<std::byte, sizeof(u32)> letters{};
      if (is_mpid) store_be(letters.data(), static_cast<u32>(order.aux));
      return word({reinterpret_cast<const char*>(letters.data()), letters.size()});
    }
    case Column::price:
      return price(order.price);
    case Column::quantity:
      return writer_.integer(order.quantity.value);
    default:  // type
      return letter(static_cast<char>(order.id.value));
  }
}

void EventParquet::put_other(Column column, const Event& event) {
  const bool of_channel = event.instrument == kEveryInstrument;
  const bool is_auction = event.kind == Kind::auction;
  const bool has_state = !of_channel || event.state.state != TradingState::unknown;
  const bool has_session = of_channel || event.state.session != Session::unknown;
  switch (column) {
    case Column::type:
      return letter(is_auction ? event.auction.type : event.notice.type);
    case Column::direction:
      return letter(event.auction.direction);
    case Column::variation:
      return letter(event.auction.variation);
    case Column::paired:
      return writer_.integer(event.auction.paired);
    case Column::imbalance:
      return writer_.integer(event.auction.imbalance);
    case Column::reference:
      return price(is_auction ? price_of_wire(event.auction.reference_e4) : event.collar.reference);
    case Column::far:
      return price(price_of_wire(event.auction.far_e4));
    case Column::near:
      return price(price_of_wire(event.auction.near_e4));
    case Column::upper:
      return price(event.collar.upper);
    case Column::lower:
      return price(event.collar.lower);
    case Column::extension:
      return writer_.integer(event.collar.extension);
    case Column::state:
      return word(has_state ? name_of(event.state.state) : "");
    case Column::session:
      return word(has_session ? name_of(event.state.session) : "");
    case Column::source:
      return letter(event.state.source);
    case Column::reason:
      return word({event.state.reason, sizeof event.state.reason});
    case Column::first:
      return writer_.integer(static_cast<i64>(event.loss.first));
    case Column::last:
      return writer_.integer(static_cast<i64>(event.loss.last));
    case Column::body:
      return word(hex_of(event.notice));
    case Column::source_id:
      return writer_.integer(event.define.source_id);
    case Column::round_lot:
      return writer_.integer(event.define.round_lot);
    case Column::quantity_scale:
      return writer_.integer(event.define.quantity_scale);
    default:
      return writer_.none();
  }
}

}  // namespace tapedeck::output
