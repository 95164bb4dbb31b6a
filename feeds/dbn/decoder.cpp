#include "feeds/dbn/decoder.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/core/printable.hpp"
#include "engine/core/units.hpp"
#include "feeds/dbn/record_events.hpp"

namespace tapedeck::feeds::dbn {
namespace {

// The side by its letter; kNoSide for other letters.
constexpr u8 kNoSide = 0xFF;
constexpr std::array<u8, 256> kSideOf = [] {
  std::array<u8, 256> sides{};
  sides.fill(kNoSide);
  sides['B'] = static_cast<u8>(Side::bid);
  sides['A'] = static_cast<u8>(Side::ask);
  sides['N'] = static_cast<u8>(Side::none);
  return sides;
}();

// The trading state by a status record's action. `unknown`: the action does not concern trading.
constexpr std::array<TradingState, 16> kStateOf{
    TradingState::unknown,         // none
    TradingState::quotation_only,  // pre-open
    TradingState::quotation_only,  // pre-cross
    TradingState::quotation_only,  // quoting
    TradingState::quotation_only,  // cross
    TradingState::quotation_only,  // rotation
    TradingState::quotation_only,  // new price indication
    TradingState::trading,         // trading
    TradingState::halted,          // halt
    TradingState::paused,          // pause
    TradingState::halted,          // suspend
    TradingState::trading,         // pre-close: trading goes on unless the record says otherwise
    TradingState::quotation_only,  // close
    TradingState::quotation_only,  // post-close
    TradingState::unknown,         // a change of short-selling restrictions
    TradingState::halted           // not available for trading
};

std::string_view text_at(const std::byte* at, std::size_t size) {
  const char* const text = reinterpret_cast<const char*>(at);
  return {text, ::strnlen(text, size)};
}

// Stands for an add or a modify that states the best price of a side.
constexpr char kTopAction = '^';

bool is_number(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Decoder::Decoder(SymbolSelection symbols) : instruments_(std::move(symbols)) {}

void Decoder::start_file(Metadata metadata) {
  const std::size_t version = metadata.version - 1U;
  least_sizes_ = &kLeastSizes[version];
  layout_ = &kLayouts[version];
  behind_ = metadata.send_times ? kSendTime : 0;
  instruments_.start_file(std::move(metadata.symbols), metadata.continuous);
}

Decoded Decoder::decode(Bytes record, Sequence sequence, Nanos due, EventBuffer& out) {
  const std::byte* const at = record.data();
  assert(record.size() >= kRecordHeader && out.room() >= kMostEventsPerRecord);
  const u8 type = std::to_integer<u8>(at[kTypeAt]);
  const std::size_t least = least_size(type);
  if (least == 0) [[unlikely]] {
    ++counters_.unknown_type;
    return Decoded::unknown_type;
  }
  if (record.size() < least) [[unlikely]] {
    ++counters_.malformed;
    return Decoded::too_short;
  }
  if (record.size() > least + behind_) ++counters_.oversized;
  RecordEvents events{*this, record, sequence, due, out};
  switch (static_cast<RecordType>(type)) {
    case RecordType::order:
      decode_order(at, events);
      break;
    case RecordType::trade:
      decode_trade(at, events);
      break;
    case RecordType::status:
      decode_status(at, events);
      break;
    case RecordType::definition:
      decode_definition(at, events);
      break;
    case RecordType::symbol_mapping:
      decode_mapping(at);
      break;
    case RecordType::error:
      note_error(at);
      break;
    case RecordType::system:
      break;
  }
  return Decoded::ok;
}

void Decoder::rename_due(Sequence sequence, Nanos due, EventBuffer& out) {
  while (out.room() >= kMostEventsPerRecord) {
    Listing* const listing = instruments_.next_due(newest_time_);
    if (listing == nullptr) return;
    RecordEvents{*this, {}, sequence, due, out}.rename(*listing);
  }
}

void Decoder::decode_order(const std::byte* at, RecordEvents& events) {
  last_sequence_ = load_le<u32>(at + OrderAt::kSequence);
  const auto action = static_cast<char>(at[OrderAt::kAction]);
  if (!events.begin(OrderAt::kReceiveTime, std::to_integer<u8>(at[OrderAt::kFlags]))) {
    return events.leave_out(action);
  }
  const u8 side = kSideOf[std::to_integer<u8>(at[OrderAt::kSide])];
  const Price price{static_cast<i64>(load_le<u64>(at + OrderAt::kPrice))};
  const u32 quantity = load_le<u32>(at + OrderAt::kQuantity);
  const bool is_top = events.has(kTopOfBookFlag) && (action == 'A' || action == 'M') &&
                      side != static_cast<u8>(Side::none);
  const u64 id = load_le<u64>(at + OrderAt::kId);
  events.settle_state(action == 'T' || action == 'F');
  switch (side == kNoSide ? '\0' : is_top ? kTopAction : action) {
    case kTopAction:
      events.set_top(side, id, price, quantity);
      break;
    case 'A':
      // A snapshot may repeat orders that are already there; elsewhere that is a fault to count.
      events.push_order(events.has(kSnapshotFlag) ? Kind::upsert : Kind::add, side,
                        events.named_id(side, id), price, quantity);
      break;
    case 'C':
      events.push_change(Kind::reduce, side, events.named_id(side, id), price, quantity);
      break;
    case 'M':
      events.push_change(Kind::modify, side, events.named_id(side, id), price, quantity);
      break;
    case 'R':
      events.start_book();
      break;
    case 'T':
      (void)events.push_trade(TradePairs::Schema::orders, side, id, price, quantity);
      break;
    case 'F':  // one resting order's part of a trade that a 'T' has reported
    case 'N':  // carries flags only
      events.push_notice(action);
      break;
    default:
      ++counters_.malformed;
  }
  events.finish(events.has(kLastFlag));
}

// In files of trades there are no books between the records of an event, so every trade ends one. A
// trade that an order record has reported is inside an event, and does not end it.
void Decoder::decode_trade(const std::byte* at, RecordEvents& events) {
  last_sequence_ = load_le<u32>(at + TradeAt::kSequence);
  if (!events.begin(TradeAt::kReceiveTime, std::to_integer<u8>(at[TradeAt::kFlags]))) return;
  const u8 side = kSideOf[std::to_integer<u8>(at[TradeAt::kSide])];
  if (at[TradeAt::kAction] != std::byte{'T'} || side == kNoSide) {
    ++counters_.malformed;
    return;
  }
  const Price price{static_cast<i64>(load_le<u64>(at + TradeAt::kPrice))};
  const u32 quantity = load_le<u32>(at + TradeAt::kQuantity);
  events.settle_state(true);
  const bool is_new = events.push_trade(TradePairs::Schema::trades, side, 0, price, quantity);
  events.finish(is_new);
}

void Decoder::decode_status(const std::byte* at, RecordEvents& events) {
  if (!events.begin(StatusAt::kReceiveTime, 0)) return;
  const std::size_t action = load_le<u16>(at + StatusAt::kAction);
  TradingState state = action < kStateOf.size() ? kStateOf[action] : TradingState::unknown;
  if (state == TradingState::unknown) return;
  if (state == TradingState::trading && at[StatusAt::kIsTrading] == std::byte{'N'}) {
    state = TradingState::quotation_only;
  }
  events.listing().state = state;
  events.listing().state_told = true;
  events.push_state(0);
  events.finish(true);
}

void Decoder::decode_definition(const std::byte* at, RecordEvents& events) {
  instruments_.note_name(load_le<u16>(at + kPublisherAt), load_le<u32>(at + kIdAt),
                         text_at(at + layout_->raw_symbol_at, layout_->symbol), true);
  constexpr u32 kUnset = INT32_MAX;  // values above are negative
  const u32 round_lot = load_le<u32>(at + layout_->round_lot_at);
  events.set_round_lot(round_lot < kUnset ? round_lot : 0);
  if (events.begin(kDefinitionReceiveTimeAt, 0)) events.push_define();
}

// Decodes a mapping from one symbology to another: its output is the venue's symbol, or else the
// id. A parent symbol is that of many ids at once.
void Decoder::decode_mapping(const std::byte* at) {
  const std::string_view from = text_at(at + layout_->mapping_in_at, layout_->symbol);
  const std::string_view to = text_at(at + layout_->mapping_out_at, layout_->symbol);
  constexpr u8 kIsParent = 4;
  const bool is_alone = !is_number(to) || !layout_->mapping_has_symbologies() ||
                        at[layout_->mapping_in_at - 1] != std::byte{kIsParent};
  instruments_.note_name(load_le<u16>(at + kPublisherAt), load_le<u32>(at + kIdAt),
                         is_number(to) ? from : to, is_alone);
}

void Decoder::note_error(const std::byte* at) {
  if (errors_++ == 0) first_error_ = text_at(at + kErrorTextAt, layout_->error_text);
}

std::vector<std::string> Decoder::warnings() const {
  std::vector<std::string> all;
  if (errors_ != 0) {
    all.push_back(counted(errors_, "error was", "errors were") +
                  " reported while this was recorded, the first: " + printable(first_error_));
  }
  if (trades_.lost() != 0) {
    all.push_back(counted(trades_.lost(), "trade was", "trades were") +
                  " not repeated by the other schema within " + grouped(TradePairs::kMostStored) +
                  " trades; trades of both schemas may count twice");
  }
  for (const auto& [alias, symbol] : instruments_.aliases()) {
    all.push_back(printable(alias) + " is another name of an instrument that is called " +
                  printable(symbol) + " here");
  }
  if (late_names_ != 0) {
    all.push_back(names_came_late(late_names_));
  }
  if (left_books_ != 0) {
    all.push_back(counted(left_books_, "instrument") +
                  " turned out not to be among the symbols, or no longer; " +
                  (left_books_ == 1 ? "its book was emptied, and is SUSPECT"
                                    : "their books were emptied, and are SUSPECT"));
  }
  return all;
}

}  // namespace tapedeck::feeds::dbn
