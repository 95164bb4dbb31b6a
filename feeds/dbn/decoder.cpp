#include "feeds/dbn/decoder.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/core/printable.hpp"
#include "engine/core/units.hpp"

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

bool is_number(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

// Converts one record into events: determines its instrument and time once, then emits its events.
class Decoder::RecordEvents {
 public:
  RecordEvents(Decoder& decoder, Bytes record, Sequence sequence, Nanos due, EventBuffer& out)
      : decoder_(decoder), at_(record.data()), sequence_(sequence), due_(due), out_(out) {}

  // Returns false when the record is not to be decoded; it has then been counted by its reason.
  [[nodiscard]] bool begin(std::size_t receive_time_at, u8 flags) {
    // Names are looked up by the time of receipt, because a snapshot's records have the times of
    // their orders.
    u64 event_time = load_le<u64>(at_ + kEventTimeAt);
    u64 received = load_le<u64>(at_ + receive_time_at);
    if (event_time > kLatest) event_time = received;
    if (event_time > kLatest) [[unlikely]] {
      ++decoder_.counters_.malformed;
      return false;
    }
    time_ = Nanos{static_cast<i64>(event_time)};
    flags_ = flags;
    if (received > kLatest) received = event_time;
    listing_ =
        decoder_.instruments_.find(load_le<u16>(at_ + kPublisherAt), load_le<u32>(at_ + kIdAt));
    if (listing_ == nullptr) [[unlikely]] {
      ++decoder_.counters_.over_capacity;
      return false;
    }
    note_time();
    const Nanos named_at{static_cast<i64>(received)};
    if (named_at >= listing_->named_until) [[unlikely]]
      introduce(named_at);
    if (listing_->has_instrument()) [[likely]]
      return true;
    ++(listing_->wanted ? decoder_.counters_.over_capacity : decoder_.counters_.filtered);
    return false;
  }
  void set_round_lot(u32 round_lot) { round_lot_ = round_lot; }
  [[nodiscard]] Listing& listing() { return *listing_; }
  [[nodiscard]] bool has(u8 flag) const { return (flags_ & flag) != 0; }

  // Infers from a record about an order the trading state, and whether the book starts anew.
  // `trades`: the record is a trade or a fill.
  void settle_state(bool trades) {
    Listing& listing = *listing_;
    const u32 file = decoder_.instruments_.file();
    if (listing.file != file) [[unlikely]] {
      // A later file's snapshot is complete: orders that it does not name went away in between.
      if (listing.file != 0 && has(kSnapshotFlag)) start_book();
      listing.file = file;
    }
    if (!listing.state_told) {
      const bool rested =
          listing.last_time.value > INT64_MIN && time_ - listing.last_time >= kBreak;
      if (trades) {
        set_state(TradingState::trading);
      } else if (rested || listing.state == TradingState::unknown) [[unlikely]] {
        set_state(TradingState::quotation_only);
      }
    }
    listing.last_time = std::max(listing.last_time, time_);
  }
  void start_book() {
    push(Kind::clear);
    if (!listing_->state_told) set_state(TradingState::quotation_only);
  }
  void set_state(TradingState state) {
    if (listing_->state == state) [[likely]]
      return;
    listing_->state = state;
    push_state(kSynthetic);
  }
  void push_state(EventFlags flags) {
    Event& event = push(Kind::trading_state);
    event.flags = flags;
    event.state = {};
    event.state.state = listing_->state;
  }
  void push_order(Kind kind, u8 side, u64 id, Price price, u32 quantity) {
    Event& event = push(kind);
    event.side = static_cast<Side>(side);
    if (has(kMaybeBadBookFlag)) event.flags = kDoubtful;
    event.order = {OrderId{id}, 0, price, Quantity{quantity}};
  }
  // `taker`: the aggressor's side; the event has the side of the resting order. A trade without a
  // price is flagged kNonPrintable.
  void push_trade(u8 taker, u64 id, Price price, u32 quantity) {
    push_order(Kind::trade, static_cast<u8>(opposite(static_cast<Side>(taker))), id, price,
               quantity);
    if (price == kNoPrice) out_.end()[-1].flags |= kNonPrintable;
  }
  // Emits the record's own bytes, for records that concern no book.
  void push_notice(char type) {
    Event& event = push(Kind::notice);
    event.notice = {};
    event.notice.type = type;
    event.notice.length = NoticeFields::kMaxBody;
    std::memcpy(event.notice.body, at_ + kRecordHeader, NoticeFields::kMaxBody);
  }
  // Emits a define for a definition record, unless the record's introduction already did.
  void push_define() {
    if (!defined_) define();
  }
  // Ends the venue's event, of which the record is the last one.
  void finish() {
    const bool said = !out_.empty() && out_.end()[-1].sequence == sequence_ &&
                      out_.end()[-1].kind != Kind::notice && out_.end()[-1].kind != Kind::define;
    // Books ignore notices, so repeat the trading state to end the venue's event.
    if (!said) push_state(kSynthetic);
    out_.end()[-1].flags |= kLastOfEvent;
  }

 private:
  static constexpr u64 kLatest{INT64_MAX};

  Event& push(Kind kind) {
    Event& event = out_.push();
    event.exchange_time = time_;
    event.due_time = due_;
    event.sequence = sequence_;
    event.instrument = listing_->instrument;
    event.kind = kind;
    event.side = Side::none;
    event.flags = 0;
    return event;
  }
  void note_time() {
    if (time_ >= decoder_.newest_time_) [[likely]] {
      decoder_.newest_time_ = time_;
    } else if (!has(kSnapshotFlag)) {
      ++decoder_.counters_.time_backwards;
    }
  }
  void introduce(Nanos named_at) {
    const Instruments::Named named = decoder_.instruments_.name(*listing_, named_at);
    if (named.define) define();
    if (named.clear) push(Kind::clear);
  }
  void define() {
    defined_ = true;
    push(Kind::define).define =
        define_fields(decoder_.instruments_.name_of(*listing_), listing_->id(), round_lot_);
  }

  Decoder& decoder_;
  const std::byte* at_;
  Sequence sequence_;
  Nanos due_;
  EventBuffer& out_;
  Nanos time_{0};
  Listing* listing_ = nullptr;
  u32 round_lot_ = 0;
  u8 flags_ = 0;
  bool defined_ = false;
};

Decoder::Decoder(std::unordered_set<std::string> symbols) : instruments_(std::move(symbols)) {}

void Decoder::start_file(Metadata metadata) {
  const std::size_t version = metadata.version - 1U;
  least_sizes_ = &kLeastSizes[version];
  layout_ = &kLayouts[version];
  behind_ = metadata.send_times ? kSendTime : 0;
  instruments_.start_file(std::move(metadata.symbols));
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

void Decoder::decode_order(const std::byte* at, RecordEvents& events) {
  last_sequence_ = load_le<u32>(at + OrderAt::kSequence);
  if (!events.begin(OrderAt::kReceiveTime, std::to_integer<u8>(at[OrderAt::kFlags]))) return;
  const auto action = static_cast<char>(at[OrderAt::kAction]);
  const u8 side = kSideOf[std::to_integer<u8>(at[OrderAt::kSide])];
  const u64 id = load_le<u64>(at + OrderAt::kId);
  const Price price{static_cast<i64>(load_le<u64>(at + OrderAt::kPrice))};
  const u32 quantity = load_le<u32>(at + OrderAt::kQuantity);
  events.settle_state(action == 'T' || action == 'F');
  switch (side == kNoSide ? '\0' : action) {
    case 'A':
      // A snapshot may repeat orders that are already there; elsewhere that is a fault to count.
      events.push_order(events.has(kSnapshotFlag) ? Kind::upsert : Kind::add, side, id, price,
                        quantity);
      break;
    case 'C':
      events.push_order(Kind::reduce, side, id, price, quantity);
      break;
    case 'M':
      events.push_order(Kind::modify, side, id, price, quantity);
      break;
    case 'R':
      events.start_book();
      break;
    case 'T':
      events.push_trade(side, id, price, quantity);
      break;
    case 'F':  // one resting order's part of a trade that a 'T' has reported
    case 'N':  // carries flags only
      events.push_notice(action);
      break;
    default:
      ++counters_.malformed;
  }
  if (events.has(kLastFlag)) events.finish();
}

// In files of trades there are no books between the records of an event, so every trade ends one.
void Decoder::decode_trade(const std::byte* at, RecordEvents& events) {
  last_sequence_ = load_le<u32>(at + TradeAt::kSequence);
  if (!events.begin(TradeAt::kReceiveTime, std::to_integer<u8>(at[TradeAt::kFlags]))) return;
  const u8 side = kSideOf[std::to_integer<u8>(at[TradeAt::kSide])];
  if (at[TradeAt::kAction] != std::byte{'T'} || side == kNoSide) {
    ++counters_.malformed;
    return;
  }
  events.settle_state(true);
  events.push_trade(side, 0, Price{static_cast<i64>(load_le<u64>(at + TradeAt::kPrice))},
                    load_le<u32>(at + TradeAt::kQuantity));
  events.finish();
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
  events.finish();
}

void Decoder::decode_definition(const std::byte* at, RecordEvents& events) {
  instruments_.note_name(load_le<u32>(at + kIdAt),
                         text_at(at + layout_->raw_symbol_at, layout_->symbol));
  constexpr u32 kUnset = INT32_MAX;  // values above are negative
  const u32 round_lot = load_le<u32>(at + layout_->round_lot_at);
  events.set_round_lot(round_lot < kUnset ? round_lot : 0);
  if (events.begin(kDefinitionReceiveTimeAt, 0)) events.push_define();
}

// Decodes a mapping from one symbology to another: its output is the venue's symbol, or else the
// id.
void Decoder::decode_mapping(const std::byte* at) {
  const std::string_view from = text_at(at + layout_->mapping_in_at, layout_->symbol);
  const std::string_view to = text_at(at + layout_->mapping_out_at, layout_->symbol);
  instruments_.note_name(load_le<u32>(at + kIdAt), is_number(to) ? from : to);
}

void Decoder::note_error(const std::byte* at) {
  if (errors_++ == 0) first_error_ = text_at(at + kErrorTextAt, layout_->error_text);
}

std::vector<std::string> Decoder::warnings() const {
  if (errors_ == 0) return {};
  return {grouped(errors_) +
          " errors were reported while this was recorded, the first: " + printable(first_error_)};
}

}  // namespace tapedeck::feeds::dbn
