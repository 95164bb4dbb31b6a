// The implementation of Decoder: converts one message into events. A file with a loop that decodes
// messages should include it. The compiler can then inline the whole path from a message's bytes to
// its event.
#pragma once

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "feeds/common/recorded_time.hpp"
#include "feeds/itch50/decoder.hpp"
#include "feeds/itch50/order_layout.hpp"

namespace tapedeck::itch50 {
namespace detail {

inline constexpr i64 kNanoPricePerWire = 100'000;  // from units of 1e-4 to units of 1e-9

inline Price price_of(u32 wire) {
  return {i64{wire} * kNanoPricePerWire};
}

inline Side side_of(char letter) {
  return kSides[static_cast<u8>(letter)];
}

inline TradingState state_of(char letter) {
  switch (letter) {
    case 'T':
      return TradingState::trading;
    case 'H':
      return TradingState::halted;
    case 'P':
      return TradingState::paused;
    case 'Q':
      return TradingState::quotation_only;
    default:
      return TradingState::unknown;
  }
}

inline Session session_of(char letter) {
  switch (letter) {
    case 'O':
      return Session::messages_started;
    case 'S':
      return Session::system_open;
    case 'Q':
      return Session::market_open;
    case 'M':
      return Session::market_closed;
    case 'E':
      return Session::system_closed;
    case 'C':
      return Session::messages_ended;
    default:
      return Session::unknown;
  }
}

inline u64 raw_of(const Stock& stock) {
  u64 raw = 0;
  std::memcpy(&raw, stock.raw.data(), sizeof raw);
  return raw;
}

}  // namespace detail

// Converts one message into events. Each message type has a short function. The private functions
// handle what all types share: header and instrument.
class Decoder::Normaliser {
 public:
  Normaliser(Decoder& decoder, Bytes bytes, Sequence sequence, Nanos ingress, EventBuffer& out)
      : decoder_(decoder), bytes_(bytes), sequence_(sequence), ingress_(ingress), out_(out) {}

  void operator()(const AddOrder& m) { add(m, 0); }
  void operator()(const AddOrderMpid& m) {
    add(m, load_be<u32>(std::as_bytes(std::span{m.attribution.raw}).data()));
  }
  void operator()(const OrderExecuted& m) {
    on_order(Kind::execute, m, m.reference, m.match, kNoPrice, m.shares);
  }
  void operator()(const OrderExecutedPrice& m) {
    if (m.printable == 'N') flags_ |= kNonPrintable;
    on_order(Kind::execute_at, m, m.reference, m.match, detail::price_of(m.price), m.shares);
  }
  void operator()(const OrderCancel& m) {
    on_order(Kind::reduce, m, m.reference, 0, kNoPrice, m.shares);
  }
  void operator()(const OrderDelete& m) { on_order(Kind::remove, m, m.reference, 0, kNoPrice, 0); }
  void operator()(const OrderReplace& m) {
    on_order(Kind::replace, m, m.reference, m.new_reference, detail::price_of(m.price), m.shares);
  }
  void operator()(const Trade& m) {
    if (const Locate* locate = named(m.header, m.stock)) {
      order(Kind::trade, *locate, detail::side_of(m.side), m.reference, m.match,
            detail::price_of(m.price), m.shares);
    }
  }
  void operator()(const CrossTrade& m) {
    if (m.shares > u64{std::numeric_limits<i64>::max()}) return reject();
    if (const Locate* locate = named(m.header, m.stock)) {
      order(Kind::cross, *locate, Side::none, static_cast<u8>(m.cross_type), m.match,
            detail::price_of(m.price), static_cast<i64>(m.shares));
    }
  }
  void operator()(const BrokenTrade& m) { on_order(Kind::trade_break, m, 0, m.match, kNoPrice, 0); }
  void operator()(const StockDirectory& m) {
    round_lot_ = m.round_lot;
    directory_ = true;
    if (const Locate* locate = named(m.header, m.stock)) notice(locate->instrument, 11);
  }
  void operator()(const SystemEvent& m) {
    time(m.header);
    const Session session = detail::session_of(m.event);
    if (session == Session::messages_started && !decoder_.used_.empty()) {
      // A new day in the same channel: the exchange assigns locates and order numbers again.
      decoder_.forget_locates();
      emit(Kind::clear, kEveryInstrument).flags = 0;
    }
    decoder_.complete_ = session == Session::messages_ended;
    emit(Kind::trading_state, kEveryInstrument).state = {TradingState::unknown, session, 'S', {}};
  }
  void operator()(const TradingAction& m) {
    if (const Locate* locate = named(m.header, m.stock)) {
      StateFields fields{detail::state_of(m.state), Session::unknown, 'H', {}};
      std::ranges::copy(m.reason.raw, fields.reason);
      emit(Kind::trading_state, locate->instrument).state = fields;
    }
  }
  void operator()(const OperationalHalt& m) {
    if (const Locate* locate = named(m.header, m.stock)) {
      const TradingState state = m.action == 'H' ? TradingState::halted : TradingState::trading;
      Event& event = emit(Kind::trading_state, locate->instrument);
      event.flags |= kOperational;
      event.state = {state, Session::unknown, 'h', {m.market, ' ', ' ', ' '}};
    }
  }
  void operator()(const Imbalance& m) {
    constexpr u64 kMost{std::numeric_limits<i64>::max()};
    if (m.paired > kMost || m.imbalance > kMost) return reject();
    if (const Locate* locate = named(m.header, m.stock)) {
      emit(Kind::auction, locate->instrument).auction = {static_cast<i64>(m.paired),
                                                         static_cast<i64>(m.imbalance),
                                                         m.far_price,
                                                         m.near_price,
                                                         m.reference_price,
                                                         m.cross_type,
                                                         m.direction,
                                                         m.variation};
    }
  }
  void operator()(const LuldCollar& m) {
    if (const Locate* locate = named(m.header, m.stock)) {
      emit(Kind::collar, locate->instrument).collar = {detail::price_of(m.reference),
                                                       detail::price_of(m.upper),
                                                       detail::price_of(m.lower), m.extension};
    }
  }
  void operator()(const ParticipantPosition& m) { stock_notice(m, 15); }
  void operator()(const RegSho& m) { stock_notice(m, 11); }
  void operator()(const IpoQuoting& m) { stock_notice(m, 11); }
  void operator()(const RetailInterest& m) { stock_notice(m, 11); }
  void operator()(const DirectListing& m) { stock_notice(m, 11); }
  void operator()(const MwcbLevels& m) { market_notice(m); }
  void operator()(const MwcbStatus& m) { market_notice(m); }

 private:
  void time(const Header& header) {
    exchange_time_ = decoder_.midnight_ + Nanos{static_cast<i64>(header.timestamp)};
    if (exchange_time_ < decoder_.newest_time_) [[unlikely]] {
      ++decoder_.counters_.time_backwards;
      // The newest time was damaged.
      if (i128{decoder_.newest_time_.value} - exchange_time_.value >
          feeds::RecordedTime::kLongestPause.value) {
        decoder_.newest_time_ = exchange_time_;
      }
    } else {
      decoder_.newest_time_ = exchange_time_;
    }
  }
  Event& emit(Kind kind, Instrument instrument) {
    Event& event = out_.push();
    event.exchange_time = exchange_time_;
    event.due_time = ingress_;
    event.sequence = sequence_;
    event.instrument = instrument;
    event.kind = kind;
    event.side = Side::none;
    event.flags = static_cast<EventFlags>(flags_ | kLastOfEvent);
    return event;
  }
  void order(Kind kind, const Locate& locate, Side side, u64 id, u64 aux, Price price,
             i64 quantity) {
    Event& event = emit(kind, locate.instrument);
    event.side = side;
    event.order = {OrderId{id}, aux, price, Quantity{quantity}};
  }
  template <class Message>
  void add(const Message& m, u64 mpid) {
    if (const Locate* locate = named(m.header, m.stock)) {
      order(Kind::add, *locate, detail::side_of(m.side), m.reference, mpid,
            detail::price_of(m.price), m.shares);
    }
  }
  template <class Message>
  void on_order(Kind kind, const Message& m, u64 id, u64 aux, Price price, u32 quantity) {
    if (const Locate* locate = numbered(m.header)) {
      order(kind, *locate, Side::none, id, aux, price, quantity);
    }
  }
  template <class Message>
  void stock_notice(const Message& m, std::size_t stock_at) {
    if (const Locate* locate = named(m.header, m.stock)) notice(locate->instrument, stock_at);
  }
  template <class Message>
  void market_notice(const Message& m) {
    time(m.header);
    notice(kNoInstrument, wire_size(Message::kType));
  }
  // Emits a notice with the message's bytes after the header, without the stock field.
  void notice(Instrument instrument, std::size_t stock_at) {
    const char type = static_cast<char>(bytes_[0]);
    NoticeFields fields{};
    fields.type = type;
    for (std::size_t at = kHeaderSize; at < wire_size(type); ++at) {
      if (at >= stock_at && at < stock_at + sizeof(Stock)) continue;
      assert(fields.length < NoticeFields::kMaxBody);
      fields.body[fields.length++] = std::to_integer<u8>(bytes_[at]);
    }
    emit(Kind::notice, instrument).notice = fields;
  }
  void reject() { ++decoder_.counters_.malformed; }

  // Returns the locate of a message without a symbol. Returns null if the instrument was not
  // requested, or if the channel has no instrument number left.
  const Locate* numbered(const Header& header) {
    time(header);
    Locate& locate = decoder_.locates_[header.locate];
    if (!locate.has_instrument && !locate.unwanted) [[unlikely]] {
      introduce(locate, header, "#" + std::to_string(header.locate));
    }
    return wanted(locate);
  }
  // Returns the locate of a message with a symbol. Returns null if the instrument was not
  // requested, or if the channel has no instrument number left.
  const Locate* named(const Header& header, const Stock& stock) {
    time(header);
    Locate& locate = decoder_.locates_[header.locate];
    const u64 raw = detail::raw_of(stock);
    if (!locate.named) [[unlikely]] {
      name(locate, header, stock.trimmed());
      locate.stock = raw;
    } else if (locate.stock != raw) [[unlikely]] {
      // The symbol contradicts the locate. The locate decides, because executions, cancels, deletes
      // and replacements carry only the locate. The message may be damaged; kDoubtful makes the
      // book suspect.
      ++decoder_.counters_.symbol_mismatch;
      flags_ |= kDoubtful;
    } else if (directory_ && locate.is_given()) {
      define(locate, header, stock.trimmed());
    }
    return wanted(locate);
  }
  const Locate* wanted(Locate& locate) {
    locate.known = locate.named && locate.is_given();
    if (locate.is_given()) [[likely]]
      return &locate;
    ++(locate.unwanted ? decoder_.counters_.filtered : decoder_.counters_.over_capacity);
    return nullptr;
  }
  void name(Locate& locate, const Header& header, std::string_view symbol) {
    feeds::InstrumentTable& table = decoder_.table_;
    const bool placeholder = locate.has_instrument;
    locate.named = true;
    mark_used(locate, header);
    if (symbol.empty()) return placeholder ? void() : introduce(locate, header, symbol);
    locate.unwanted = !table.wants(symbol);
    if (locate.unwanted) return;
    if (placeholder && !table.knows(symbol)) {
      table.rename("#" + std::to_string(header.locate), symbol);
      return define(locate, header, symbol);
    }
    if (placeholder) {
      ++decoder_.counters_.symbol_mismatch;  // two locates for one symbol
      flags_ |= kDoubtful;
      return;
    }
    introduce(locate, header, symbol);
  }
  // Assigns the instrument named `symbol` to the locate, and creates the instrument if needed.
  void introduce(Locate& locate, const Header& header, std::string_view symbol) {
    mark_used(locate, header);
    const std::string shown =
        symbol.empty() ? "#" + std::to_string(header.locate) : std::string{symbol};
    locate.unwanted = !decoder_.table_.wants(shown);
    if (locate.unwanted) return;
    const auto entry = decoder_.table_.find_or_add(shown);
    if (!entry) return;  // over capacity, see wanted()
    std::vector<u32>& held = decoder_.held_on_day_;
    if (held.size() <= entry->number.value) held.resize(std::size_t{entry->number.value} + 1);
    if (std::exchange(held[entry->number.value], decoder_.day_) == decoder_.day_) {
      ++decoder_.counters_.symbol_mismatch;  // another locate has this instrument on the same day
      flags_ |= kDoubtful;
    }
    locate.stand_for(entry->number);
    define(locate, header, shown);
  }
  void mark_used(Locate& locate, const Header& header) {
    if (locate.used) return;
    locate.used = true;
    decoder_.used_.push_back(header.locate);
  }
  void define(const Locate& locate, const Header& header, std::string_view symbol) {
    Event& event = emit(Kind::define, locate.instrument);
    event.flags = 0;
    event.define = feeds::define_fields(symbol, header.locate, round_lot_);
  }

  Decoder& decoder_;
  Bytes bytes_;
  Sequence sequence_;
  Nanos ingress_;
  EventBuffer& out_;
  Nanos exchange_time_{0};
  u32 round_lot_ = 0;
  EventFlags flags_ = 0;
  bool directory_ = false;
};

inline bool Decoder::decode_order(Bytes message, Sequence sequence, Nanos ingress,
                                  EventBuffer& out) {
  const std::byte* const at = message.data();
  const OrderLayout& layout = kOrderLayouts[std::to_integer<u8>(*at)];
  if (message.size() != layout.size) [[unlikely]]
    return false;
  const Locate& locate = locates_[load_be<u16>(at + 1)];
  u64 stock = 0;
  std::memcpy(&stock, at + layout.stock_at, sizeof stock);
  if (!locate.known || ((stock ^ locate.stock) & layout.stock_mask) != 0) [[unlikely]]
    return false;
  const Nanos time = midnight_ + Nanos{static_cast<i64>(load_be48_within(at + 5))};
  if (time < newest_time_) [[unlikely]]
    return false;
  newest_time_ = time;
  // From here on, no branch depends on values that differ from message to message.
  const auto side = static_cast<u8>(kSides[std::to_integer<u8>(at[layout.side_at])]);
  const u64 price = static_cast<u64>(detail::price_of(load_be<u32>(at + layout.price_at)).value);
  const u64 no_price = static_cast<u64>(kNoPrice.value);

  Event& event = out.push();
  event.exchange_time = time;
  event.due_time = ingress;
  event.sequence = sequence;
  event.instrument = locate.instrument;
  event.kind = layout.kind;
  event.side = static_cast<Side>(side & layout.side_mask);
  event.flags = kLastOfEvent;
  event.order.id = OrderId{load_be<u64>(at + kOrderReferenceAt)};
  event.order.aux = load_be<u64>(at + layout.aux_at) & layout.aux_mask;
  event.order.price =
      Price{static_cast<i64>((price & layout.price_mask) | (no_price & ~layout.price_mask))};
  event.order.quantity = Quantity{load_be<u32>(at + layout.shares_at) & layout.shares_mask};
  return true;
}

inline feeds::Decoded Decoder::decode_here(Bytes message, Sequence sequence, Nanos ingress,
                                           EventBuffer& out) {
  assert(out.room() >= feeds::kMaxEventsPerMessage);
  complete_ = false;
  if (!message.empty() && decode_order(message, sequence, ingress, out)) [[likely]]
    return feeds::Decoded::ok;
  return decode_any(message, sequence, ingress, out);
}

}  // namespace tapedeck::itch50
