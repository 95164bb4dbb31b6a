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

// Stands for an add or a modify that states the best price of a side.
constexpr char kTopAction = '^';

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
    const u64 happened = load_le<u64>(at_ + kEventTimeAt);
    const u64 received = load_le<u64>(at_ + receive_time_at);
    flags_ = flags;
    // The time of receipt is DBN's index timestamp. Where it is inaccurate, the venue's time is
    // better. A snapshot's records have the times of their orders, and were received when the
    // snapshot was made.
    const bool is_accurate = !has(kBadReceiveTimeFlag) || has(kSnapshotFlag) || happened > kLatest;
    const u64 time = is_accurate && received <= kLatest ? received : happened;
    if (time > kLatest) [[unlikely]] {
      ++decoder_.counters_.malformed;
      return false;
    }
    time_ = Nanos{static_cast<i64>(time)};
    listing_ =
        decoder_.instruments_.find(load_le<u16>(at_ + kPublisherAt), load_le<u32>(at_ + kIdAt));
    if (listing_ == nullptr) [[unlikely]] {
      ++decoder_.counters_.over_capacity;
      return false;
    }
    note_time();
    if (time_ >= listing_->named_until) [[unlikely]]
      introduce();
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
    listing_->tops = 0;
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
    event.order = {OrderId{id}, 0, price, Quantity{quantity}};
  }
  // Emits a change of an order whose side and price the record states.
  void push_change(Kind kind, u8 side, u64 id, Price price, u32 quantity) {
    push_order(kind, side, id, price, quantity);
    out_.end()[-1].flags |= kStatesPlace;
  }
  // Emits a record of the best price of a side, which replaces all of the side. The side has one
  // order, with an id of its own, because the records' ids name no orders.
  void set_top(u8 side, Price price, u32 quantity) {
    const auto bit = static_cast<u8>(1U << side);
    const bool was_there = (listing_->tops & bit) != 0;
    const bool is_there = price != kNoPrice && quantity > 0;
    listing_->tops = static_cast<u8>(is_there ? listing_->tops | bit : listing_->tops & ~bit);
    if (price != kNoPrice) {
      push_order(Kind::upsert, side, kTopId - side, price, quantity);
    } else if (was_there) {
      push_order(Kind::remove, side, kTopId - side, price, 0);
    }
  }
  // `taker`: the aggressor's side; the event has the side of the resting order. A trade without a
  // price is flagged kNonPrintable. Returns false if the trade repeats one of another schema.
  [[nodiscard]] bool push_trade(TradePairs::Schema schema, u8 taker, u64 id, Price price,
                                u32 quantity) {
    if (decoder_.trades_.is_repeat(schema, {listing_->key, load_le<u64>(at_ + kEventTimeAt),
                                            price.value, decoder_.last_sequence_, quantity, taker}))
        [[unlikely]] {
      ++decoder_.counters_.duplicates;
      return false;
    }
    push_order(Kind::trade, static_cast<u8>(opposite(static_cast<Side>(taker))), id, price,
               quantity);
    if (price == kNoPrice) out_.end()[-1].flags |= kNonPrintable;
    return true;
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
  // Applies the flags of the record, whatever its action: lost messages before it, and the end of
  // the venue's event. `is_last`: the record ends the event even without a flag.
  void finish(bool is_last) {
    if (has(kMaybeBadBookFlag)) [[unlikely]]
      event_for_books().flags |= kDoubtful;
    if (is_last) event_for_books().flags |= kLastOfEvent;
  }

 private:
  static constexpr u64 kLatest{INT64_MAX};
  static constexpr u64 kTopId = ~u64{0};

  // Returns the record's newest event that books apply. Books ignore notices and definitions, so
  // that a record with no other event repeats the trading state.
  Event& event_for_books() {
    const bool said = !out_.empty() && out_.end()[-1].sequence == sequence_ &&
                      out_.end()[-1].kind != Kind::notice && out_.end()[-1].kind != Kind::define;
    if (!said) push_state(kSynthetic);
    return out_.end()[-1];
  }
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
  void introduce() {
    const Instruments::Named named = decoder_.instruments_.name(*listing_, time_);
    if (named.left != kNoInstrument) push(Kind::clear).instrument = named.left;
    if (named.renamed != kNoInstrument) define(named.renamed);
    if (named.define) define();
    if (named.clear) push(Kind::clear);
  }
  void define() {
    defined_ = true;
    define(listing_->instrument);
    out_.end()[-1].define.round_lot = round_lot_;
  }
  void define(Instrument instrument) {
    Event& event = push(Kind::define);
    event.instrument = instrument;
    event.define = define_fields(decoder_.instruments_.name_of(instrument),
                                 decoder_.instruments_.id_of(instrument));
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
  instruments_.start_file(std::move(metadata.symbols), metadata.continuous);
  trades_.start_file();
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
  const Price price{static_cast<i64>(load_le<u64>(at + OrderAt::kPrice))};
  const u32 quantity = load_le<u32>(at + OrderAt::kQuantity);
  const bool is_top = events.has(kTopOfBookFlag) && (action == 'A' || action == 'M');
  const u64 id = load_le<u64>(at + OrderAt::kId);
  events.settle_state(action == 'T' || action == 'F');
  switch (side == kNoSide ? '\0' : is_top ? kTopAction : action) {
    case kTopAction:
      events.set_top(side, price, quantity);
      break;
    case 'A':
      // A snapshot may repeat orders that are already there; elsewhere that is a fault to count.
      events.push_order(events.has(kSnapshotFlag) ? Kind::upsert : Kind::add, side, id, price,
                        quantity);
      break;
    case 'C':
      events.push_change(Kind::reduce, side, id, price, quantity);
      break;
    case 'M':
      events.push_change(Kind::modify, side, id, price, quantity);
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
