#include "feeds/tape/event_codec.hpp"

#include <algorithm>
#include <cassert>

namespace tapedeck::tape {
namespace {

// The head byte: kind, side, and whether flags or number are unusual.
constexpr u8 kKindMask = 0x1F;
constexpr u32 kSideShift = 5;
constexpr u8 kUnusual = 0x80;
static_assert(kKinds <= kKindMask + 1);

// Most prices lie on this grid, 0.0001 of the currency.
constexpr i64 kGrid = kPriceUnitsPerOne / 10'000;
// In place of a step on the grid: eight bytes of price follow.
constexpr u64 kOffGrid = 1;

// Differences wrap around, so that any two numbers have one.
constexpr i64 minus(i64 a, i64 b) {
  return static_cast<i64>(static_cast<u64>(a) - static_cast<u64>(b));
}
constexpr i64 plus(i64 a, i64 b) {
  return static_cast<i64>(static_cast<u64>(a) + static_cast<u64>(b));
}

// Returns the used bytes of the payload, for kinds other than orders; a notice has a length of its
// own.
std::size_t payload_bytes(Kind kind) {
  switch (payload_of(kind)) {
    case Payload::define:
      return sizeof(DefineFields);
    case Payload::state:
      return sizeof(StateFields);
    case Payload::auction:
      return offsetof(AuctionFields, variation) + 1;
    case Payload::collar:
      return offsetof(CollarFields, extension) + sizeof(u32);
    case Payload::loss:
      return sizeof(LossFields);
    default:
      return 0;
  }
}

bool is_valid(const Event& event) {
  const u32 instrument = event.instrument.value;
  if (instrument >= kMaxInstrumentsPerChannel && instrument < kNoInstrument.value) return false;
  if (event.side > Side::ask) return false;
  switch (event.kind) {
    case Kind::define:
      return event.define.length <= kMaxSymbol && instrument < kMaxInstrumentsPerChannel;
    case Kind::trading_state:
      return event.state.state <= TradingState::quotation_only &&
             event.state.session <= Session::messages_ended;
    default:
      return true;
  }
}

}  // namespace

std::byte* EventEncoder::encode(const Event& event, std::byte* at) {
  assert(event.kind != Kind::cut && event.kind != Kind::end && "the pipeline makes these itself");
  const bool usual = event.flags == kLastOfEvent && event.sequence == sequence_ + 1;
  *at++ = static_cast<std::byte>(static_cast<u32>(event.kind) |
                                 static_cast<u32>(event.side) << kSideShift |
                                 (usual ? 0U : u32{kUnusual}));
  if (!usual) {
    at = put_varint(at, event.flags);
    at = put_varint(at,
                    zigzag(minus(static_cast<i64>(event.sequence), static_cast<i64>(sequence_))));
  }
  sequence_ = event.sequence;
  at = put_varint(at, zigzag(minus(event.exchange_time.value, time_)));
  time_ = event.exchange_time.value;
  at = put_varint(at, event.instrument.value + u32{2});  // the two special numbers become 0 and 1
  if (has_order_fields(event.kind)) return encode_order(event, at);
  if (event.kind == Kind::restore) {
    *at++ = static_cast<std::byte>(event.restore.part);
    for (const u64 value : event.restore.values) at = put_varint(at, value);
    return at;
  }
  const auto* const payload = reinterpret_cast<const std::byte*>(&event.order);
  if (event.kind == Kind::notice) {
    const u8 length = std::min<u8>(event.notice.length, NoticeFields::kMaxBody);
    *at++ = static_cast<std::byte>(event.notice.type);
    *at++ = static_cast<std::byte>(length);
    const auto* const body = reinterpret_cast<const std::byte*>(event.notice.body);
    return std::copy_n(body, length, at);
  }
  return std::copy_n(payload, payload_bytes(event.kind), at);
}

std::byte* EventEncoder::encode_order(const Event& event, std::byte* at) {
  const OrderFields& order = event.order;
  at = put_varint(at, zigzag(minus(static_cast<i64>(order.id.value), static_cast<i64>(id_))));
  id_ = order.id.value;
  if (event.kind == Kind::replace) {
    at = put_varint(at, zigzag(minus(static_cast<i64>(order.aux), static_cast<i64>(id_))));
  } else {
    at = put_varint(at, order.aux);
  }
  at = encode_price(order.price.value, last_price(event.instrument), at);
  return put_varint(at, zigzag(order.quantity.value));
}

// The lowest bit of a step on the grid is zero.
std::byte* EventEncoder::encode_price(i64 price, i64& last, std::byte* at) {
  if (price == kNoPrice.value) return put_varint(at, u64{kOffGrid} | 2);
  const i64 step = minus(price, last);
  last = price;
  if (step % kGrid == 0) return put_varint(at, zigzag(step / kGrid) << 1);
  at = put_varint(at, kOffGrid);
  store_le(at, static_cast<u64>(price));
  return at + sizeof(u64);
}

std::size_t EventDecoder::decode(Bytes bytes, Event& event) {
  VarintReader reader{bytes};
  const u8 head = std::to_integer<u8>(reader.get_byte());
  event = Event{};
  const u8 kind = head & kKindMask;
  if (reader.failed() || kind >= kKinds) return 0;
  event.kind = static_cast<Kind>(kind);
  event.side = static_cast<Side>(head >> kSideShift & 3);
  event.due_time = kNotTimed;
  event.flags = kLastOfEvent;
  i64 step = 1;
  if ((head & kUnusual) != 0) {
    event.flags = static_cast<EventFlags>(reader.get());
    step = reader.get_signed();
  }
  sequence_ = static_cast<u64>(plus(static_cast<i64>(sequence_), step));
  event.sequence = sequence_;
  time_ = plus(time_, reader.get_signed());
  event.exchange_time = {time_};
  event.instrument = {static_cast<u32>(reader.get() - 2)};
  if (has_order_fields(event.kind)) {
    decode_order(reader, event);
  } else if (event.kind == Kind::notice) {
    event.notice.type = static_cast<char>(reader.get_byte());
    event.notice.length = std::to_integer<u8>(reader.get_byte());
    if (event.notice.length > NoticeFields::kMaxBody) return 0;
    const Bytes body = reader.get_bytes(event.notice.length);
    std::ranges::copy(body, reinterpret_cast<std::byte*>(event.notice.body));
  } else if (event.kind == Kind::restore) {
    event.restore.part = std::to_integer<u8>(reader.get_byte());
    for (u64& value : event.restore.values) value = reader.get();
  } else if (event.kind == Kind::cut || event.kind == Kind::end) {
    return 0;  // kinds that only the pipeline makes
  } else {
    const Bytes payload = reader.get_bytes(payload_bytes(event.kind));
    std::ranges::copy(payload, reinterpret_cast<std::byte*>(&event.order));
  }
  if (reader.failed() || !is_valid(event)) return 0;
  return static_cast<std::size_t>(reader.at() - bytes.data());
}

void EventDecoder::decode_order(VarintReader& reader, Event& event) {
  OrderFields& order = event.order;
  id_ = static_cast<u64>(plus(static_cast<i64>(id_), reader.get_signed()));
  order.id = {id_};
  if (event.kind == Kind::replace) {
    order.aux = static_cast<u64>(plus(static_cast<i64>(id_), reader.get_signed()));
  } else {
    order.aux = reader.get();
  }
  order.price = {decode_price(reader, last_price(event.instrument))};
  order.quantity = {reader.get_signed()};
}

i64 EventDecoder::decode_price(VarintReader& reader, i64& last) {
  const u64 step = reader.get();
  if ((step & kOffGrid) == 0) {
    last = plus(last, static_cast<i64>(static_cast<u64>(unzigzag(step >> 1)) * u64{kGrid}));
    return last;
  }
  if ((step & 2) != 0) return kNoPrice.value;
  const Bytes price = reader.get_bytes(sizeof(u64));
  if (price.empty()) return 0;
  last = static_cast<i64>(load_le<u64>(price.data()));
  return last;
}

}  // namespace tapedeck::tape
