#include "feeds/itch50/event_encoder.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

namespace tapedeck::itch50 {
namespace {

constexpr i64 kNanoPricePerWire = 100'000;
constexpr u64 kTimeEnd = u64{1} << 48;
constexpr char kBlank = ' ';  // for ITCH fields that events do not have

char letter_of(Side side) {
  return side == Side::bid ? 'B' : side == Side::ask ? 'S' : kBlank;
}

char letter_of(TradingState state) {
  constexpr std::array<char, 5> kLetters{kBlank, 'T', 'H', 'P', 'Q'};
  assert(static_cast<std::size_t>(state) < kLetters.size());
  return kLetters[static_cast<std::size_t>(state)];
}

char shown(char letter) {
  return letter == '\0' ? kBlank : letter;
}

bool is_start_of_day(const Event& event) {
  return event.kind == Kind::trading_state && event.instrument == kEveryInstrument &&
         event.state.session == Session::messages_started;
}

// True when the event's message has a stock field.
bool names_stock(Kind kind) {
  switch (kind) {
    case Kind::add:
    case Kind::trade:
    case Kind::cross:
    case Kind::trading_state:
    case Kind::auction:
    case Kind::collar:
    case Kind::notice:
      return true;
    default:
      return false;
  }
}

// True for the decoder's name of an instrument that is known only by its locate.
bool is_placeholder(const Stock& stock, u32 locate) {
  return stock.trimmed() == "#" + std::to_string(locate);
}

bool has_message(Kind kind) {
  return kind != Kind::upsert && kind != Kind::modify;
}

// Returns the offset of the stock in a notice's message; 0: none.
std::size_t stock_offset(char type) {
  switch (type) {
    case 'L':
      return 15;
    case 'V':
    case 'W':
      return 0;
    default:
      return kHeaderSize;
  }
}

bool is_notice(char type) {
  return std::string_view{"RYLVWKNO"}.find(type) != std::string_view::npos;
}

}  // namespace

char letter_of(Session session) {
  constexpr std::array<char, 7> kLetters{kBlank, 'O', 'S', 'Q', 'M', 'E', 'C'};
  assert(static_cast<std::size_t>(session) < kLetters.size());
  return kLetters[static_cast<std::size_t>(session)];
}

EventEncoder::EventEncoder(Nanos midnight)
    : midnight_(midnight), holders_(kLocates, kNoInstrument) {}

Encoded EventEncoder::encode(const Event& event, FrameBuffer& out) {
  failed_.reset();
  current_ = nullptr;
  if (held_) settle_held(event, out);
  const Encoded encoded = dispatch(event, out);
  if (encoded == Encoded::encoded && (event.flags & kDoubtful) != 0) ++counters_.doubts_lost;
  return encoded;
}

void EventEncoder::finish(FrameBuffer& out) {
  failed_.reset();
  Event nothing{};
  nothing.instrument = kNoInstrument;
  nothing.kind = Kind::end;
  if (held_) settle_held(nothing, out);
}

Encoded EventEncoder::dispatch(const Event& event, FrameBuffer& out) {
  switch (event.kind) {
    case Kind::cut:
    case Kind::end:
    case Kind::restore:
      return Encoded::skipped;
    case Kind::define:
      return define(event);
    case Kind::loss:
      return impossible(Unencodable::loss);
    case Kind::clear:
    case Kind::clear_side:
      if (event.instrument != kEveryInstrument) return impossible(Unencodable::clear);
      held_ = event;
      return Encoded::held;
    default:
      break;
  }
  if (event.instrument == kEveryInstrument) return of_everything(event, out);
  if (event.instrument == kNoInstrument) return of_market(event, out);
  return of_instrument(event, out);
}

Encoded EventEncoder::define(const Event& event) {
  const std::size_t at = event.instrument.value;
  if (at >= kMaxInstrumentsPerChannel) return impossible(Unencodable::undefined);
  if (listings_.size() <= at) listings_.resize(at + 1);
  Listing& listing = listings_[at];
  const std::string_view symbol = event.define.name();
  const bool printable = std::ranges::all_of(symbol, [](char c) { return c >= 0x20 && c < 0x7F; });
  listing.defined = true;
  listing.expressible = !symbol.empty() && symbol.size() <= sizeof(Stock) && printable &&
                        symbol.back() != ' ' && event.define.quantity_scale == 0;
  if (!listing.expressible) return impossible(Unencodable::symbol);
  listing.stock = Stock{symbol};
  listing.round_lot = event.define.round_lot;
  // The stock has another locate today: messages use the newest.
  if (std::exchange(listing.source_id, event.define.source_id) != event.define.source_id) {
    listing.locate = 0;
  }
  held_ = event;
  return Encoded::held;
}

// Settles the held event, which is a definition or a clear of all books.
void EventEncoder::settle_held(const Event& next, FrameBuffer& out) {
  assert(held_);
  const Event held = *std::exchange(held_, std::nullopt);
  if (held.kind == Kind::clear) {
    if (!is_start_of_day(next)) impossible(Unencodable::clear);
  } else {
    Listing& listing = listings_[held.instrument.value];
    if (!assign_locate(listing, held.instrument)) {
      impossible(Unencodable::locates);
    } else {
      listing.announced =
          implied_by(held, next) || write_directory(listing, held.exchange_time, out);
    }
  }
  failed_.reset();
}

// True when the next event's own message contains the whole definition.
bool EventEncoder::implied_by(const Event& definition, const Event& next) const {
  if (next.instrument != definition.instrument || next.sequence != definition.sequence) {
    return false;
  }
  if (next.kind == Kind::notice && next.notice.type == StockDirectory::kType) return true;
  const Listing& listing = listings_[definition.instrument.value];
  if (listing.source_id != listing.locate || listing.round_lot != 0) return false;
  return names_stock(next.kind) || is_placeholder(listing.stock, listing.locate);
}

// Returns false, and counts the reason, when the definition cannot be expressed.
bool EventEncoder::write_directory(const Listing& listing, Nanos time, FrameBuffer& out) {
  StockDirectory message{};
  message.header = header(time, listing.locate);
  message.stock = listing.stock;
  message.round_lot = listing.round_lot;
  message.issue_subtype = Text<2>{""};
  message.market_category = message.financial_status = message.round_lots_only =
      message.issue_classification = message.authenticity = message.short_sale_threshold =
          message.ipo_flag = message.luld_tier = message.etp_flag = message.inverse = kBlank;
  return append(message, out) == Encoded::encoded;
}

bool EventEncoder::assign_locate(Listing& listing, Instrument instrument) {
  if (listing.locate != 0) return true;
  const u32 wished = listing.source_id;
  const bool free = wished > 0 && wished < kLocates &&
                    (holders_[wished] == kNoInstrument || holders_[wished] == instrument);
  std::size_t locate = wished;
  if (!free) {
    while (next_locate_ < kLocates && holders_[next_locate_] != kNoInstrument) ++next_locate_;
    locate = next_locate_;
  }
  if (locate >= kLocates) return false;
  holders_[locate] = instrument;
  listing.locate = static_cast<u16>(locate);
  return true;
}

// Resets all locates, as the decoder does at the start of a day.
void EventEncoder::forget_locates() {
  for (Listing& listing : listings_) {
    listing.locate = 0;
    listing.announced = false;
  }
  std::ranges::fill(holders_, kNoInstrument);
  next_locate_ = 1;
}

// Writes a directory message if no message of today has named the locate, because messages about
// orders do not name the stock.
bool EventEncoder::announce(Listing& listing, const Event& event, FrameBuffer& out) {
  if (!listing.announced && !names_stock(event.kind) &&
      !is_placeholder(listing.stock, listing.locate)) {
    return listing.announced = write_directory(listing, event.exchange_time, out);
  }
  return listing.announced = true;
}

Encoded EventEncoder::of_everything(const Event& event, FrameBuffer& out) {
  if (event.kind != Kind::trading_state) return impossible(Unencodable::no_message);
  if (is_start_of_day(event)) forget_locates();
  return append(SystemEvent{header(event.exchange_time, 0), letter_of(event.state.session)}, out);
}

Encoded EventEncoder::of_market(const Event& event, FrameBuffer& out) {
  if (event.kind != Kind::notice || stock_offset(event.notice.type) != 0) {
    return impossible(Unencodable::undefined);
  }
  return notice(event, out);
}

Encoded EventEncoder::of_instrument(const Event& event, FrameBuffer& out) {
  if (event.instrument.value >= listings_.size() || !listings_[event.instrument.value].defined) {
    return impossible(Unencodable::undefined);
  }
  Listing& listing = listings_[event.instrument.value];
  if (!listing.expressible) return impossible(Unencodable::symbol);
  if (!has_message(event.kind)) return impossible(Unencodable::no_message);
  if (!assign_locate(listing, event.instrument)) return impossible(Unencodable::locates);
  if (!announce(listing, event, out)) return Encoded::impossible;
  failed_.reset();
  current_ = &listing;
  switch (event.kind) {
    case Kind::trading_state:
      return trading_state(event, out);
    case Kind::notice:
      return notice(event, out);
    case Kind::auction: {
      const AuctionFields& f = event.auction;
      return append(Imbalance{header(event.exchange_time, listing.locate), wide(f.paired),
                              wide(f.imbalance), f.direction, listing.stock, f.far_e4, f.near_e4,
                              f.reference_e4, f.type, f.variation},
                    out);
    }
    case Kind::collar: {
      const CollarFields& f = event.collar;
      return append(LuldCollar{header(event.exchange_time, listing.locate), listing.stock,
                               price(f.reference), price(f.upper), price(f.lower), f.extension},
                    out);
    }
    default:
      return order_message(event, out);
  }
}

Encoded EventEncoder::order_message(const Event& event, FrameBuffer& out) {
  const Header head = header(event.exchange_time, current_->locate);
  const OrderFields& o = event.order;
  const u64 id = o.id.value;
  switch (event.kind) {
    case Kind::add:
      return add(event, out);
    case Kind::execute:
      return append(OrderExecuted{head, id, shares(o.quantity), o.aux}, out);
    case Kind::execute_at: {
      const char printable = (event.flags & kNonPrintable) != 0 ? 'N' : 'Y';
      return append(
          OrderExecutedPrice{head, id, shares(o.quantity), o.aux, printable, price(o.price)}, out);
    }
    case Kind::reduce:
      return append(OrderCancel{head, id, shares(o.quantity)}, out);
    case Kind::remove:
      return append(OrderDelete{head, id}, out);
    case Kind::replace:
      return append(OrderReplace{head, id, o.aux, shares(o.quantity), price(o.price)}, out);
    case Kind::trade:
      return append(Trade{head, id, letter_of(event.side), shares(o.quantity), current_->stock,
                          price(o.price), o.aux},
                    out);
    case Kind::cross:
      return append(CrossTrade{head, wide(o.quantity.value), current_->stock, price(o.price), o.aux,
                               shown(static_cast<char>(id))},
                    out);
    case Kind::trade_break:
      return append(BrokenTrade{head, o.aux}, out);
    default:
      return impossible(Unencodable::no_message);
  }
}

Encoded EventEncoder::add(const Event& event, FrameBuffer& out) {
  if (event.side == Side::none) return impossible(Unencodable::side);
  const OrderFields& o = event.order;
  const AddOrder plain{header(event.exchange_time, current_->locate),
                       o.id.value,
                       letter_of(event.side),
                       shares(o.quantity),
                       current_->stock,
                       price(o.price)};
  if (o.aux == 0) return append(plain, out);
  AddOrderMpid named{plain.header, plain.reference, plain.side, plain.shares,
                     plain.stock,  plain.price,     Mpid{""}};
  store_be(std::as_writable_bytes(std::span{named.attribution.raw}).data(),
           static_cast<u32>(o.aux));
  return append(named, out);
}

Encoded EventEncoder::trading_state(const Event& event, FrameBuffer& out) {
  const Header head = header(event.exchange_time, current_->locate);
  const StateFields& f = event.state;
  if ((event.flags & kOperational) != 0) {
    const char action = f.state == TradingState::halted ? 'H' : 'T';
    return append(OperationalHalt{head, current_->stock, shown(f.reason[0]), action}, out);
  }
  TradingAction message{head, current_->stock, letter_of(f.state), kBlank, Text<4>{""}};
  std::ranges::transform(f.reason, message.reason.raw.begin(), shown);
  return append(message, out);
}

// Rebuilds the original message: its bytes around the stock.
Encoded EventEncoder::notice(const Event& event, FrameBuffer& out) {
  const NoticeFields& f = event.notice;
  const std::size_t stock_at = is_notice(f.type) ? stock_offset(f.type) : 0;
  const std::size_t stock_size = stock_at == 0 ? 0 : sizeof(Stock);
  if (!is_notice(f.type) || (stock_at == 0) != (current_ == nullptr) ||
      kHeaderSize + f.length + stock_size != wire_size(f.type)) {
    return impossible(Unencodable::notice);
  }
  std::array<std::byte, kMaxWireSize> bytes{};
  bytes[0] = static_cast<std::byte>(f.type);
  detail::Storer{bytes.data() + 1}.header(
      header(event.exchange_time, current_ == nullptr ? u16{0} : current_->locate));
  std::size_t from = 0;
  for (std::size_t at = kHeaderSize; at < wire_size(f.type); ++at) {
    const bool in_stock = current_ != nullptr && at >= stock_at && at < stock_at + sizeof(Stock);
    bytes[at] = in_stock ? static_cast<std::byte>(current_->stock.raw[at - stock_at])
                         : static_cast<std::byte>(f.body[from++]);
  }
  if (failed_) return impossible(*failed_);
  out.append_raw(Bytes{bytes.data(), wire_size(f.type)});
  return Encoded::encoded;
}

Header EventEncoder::header(Nanos time, u16 locate) {
  i64 since_midnight = 0;
  if (__builtin_sub_overflow(time.value, midnight_.value, &since_midnight) || since_midnight < 0 ||
      static_cast<u64>(since_midnight) >= kTimeEnd) {
    failed_ = Unencodable::time;
  }
  return {locate, 0, static_cast<u64>(since_midnight)};
}

u32 EventEncoder::price(Price price) {
  const i64 wire = price.value / kNanoPricePerWire;
  if (price.value % kNanoPricePerWire != 0 || !std::in_range<u32>(wire)) {
    failed_ = Unencodable::price;
  }
  return static_cast<u32>(wire);
}

u32 EventEncoder::shares(Quantity quantity) {
  if (!std::in_range<u32>(quantity.value)) failed_ = Unencodable::quantity;
  return static_cast<u32>(quantity.value);
}

u64 EventEncoder::wide(i64 quantity) {
  if (quantity < 0) failed_ = Unencodable::quantity;
  return static_cast<u64>(quantity);
}

Encoded EventEncoder::impossible(Unencodable reason) {
  ++counters_.unencodable[static_cast<std::size_t>(reason)];
  return Encoded::impossible;
}

template <class Message>
Encoded EventEncoder::append(const Message& message, FrameBuffer& out) {
  if (failed_) return impossible(*failed_);
  out.append(message);
  return Encoded::encoded;
}

}  // namespace tapedeck::itch50
