// Event: the unit into which every feed decodes its messages. Threads exchange events in batches.
//
// An event is trivially copyable and fills one cache line: a 32-byte head and a 32-byte payload.
// `kind` determines the meaning of the payload. Events are plain data; the thread that holds their
// batch may read and write them.
#pragma once

#include <cassert>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include "engine/core/event_kinds.hpp"
#include "engine/core/types.hpp"

namespace tapedeck {

using EventFlags = u16;
/// The event is the last one of its source message. Only an event with this flag makes a book check
/// whether it is crossed. It leads to the on_message() callback, as do a `loss` and a `clear` of a
/// whole channel. Where several messages form one event of the venue (DBN), only the last Event of
/// the last message has the flag.
inline constexpr EventFlags kLastOfEvent = 1;
/// The trade is not part of the volume, because the venue reports it again in bulk (ITCH printable
/// = N).
inline constexpr EventFlags kNonPrintable = 2;
/// The event is not a message of the source. A feed made it, either to complete a recording that
/// does not contain all orders, or to state a trading state that the feed has inferred.
inline constexpr EventFlags kSynthetic = 4;
/// The feed found something in the message that makes the instrument's book doubtful.
inline constexpr EventFlags kDoubtful = 8;
/// On a `loss` event: the channel goes on without recovery. Books keep their orders and are STALE
/// until a clear.
inline constexpr EventFlags kCarryOn = 16;
/// On a `loss` event for every instrument, which comes before all messages: the source began before
/// the first message that was received, with number `loss.last` + 1. Books are SUSPECT until a
/// clear.
inline constexpr EventFlags kJoined = kDoubtful;
/// On a `trading_state` event: an operational halt begins or ends. A book stores operational halts
/// separately from its trading state.
inline constexpr EventFlags kOperational = 32;
/// The event lies before the start of a replay. Books apply it. Strategies get no callback for it,
/// except on_define().
inline constexpr EventFlags kPreroll = 64;
/// The event belongs to a checkpoint: it restores a book and is no message of the source. Such
/// events come before the messages that the source sent after the checkpoint.
inline constexpr EventFlags kOfCheckpoint = 128;
/// On a `reduce` or `modify` event: the message also states the side and the price of its order. A
/// book counts a contradiction to the order that it has. A `modify` with this flag adds an order
/// that the book does not have.
inline constexpr EventFlags kStatesPlace = 256;

/// The due time of an event whose latency is not measured, such as an event before the start of a
/// replay. An event whose latency is measured has one of two due times. If the feed has a timetable
/// (scheduled times), the due time is the scheduled time, even when the feed is late. Otherwise the
/// due time is the beginning of the poll that produced the event.
inline constexpr Nanos kNotTimed = kBeginningOfTime;
/// The due time of an event in the warm-up of a timetable. The event's latency is not measured.
inline constexpr Nanos kWarmUp{kNotTimed.value + 1};

enum class TradingState : u8 { unknown, trading, halted, paused, quotation_only };
std::string_view name_of(TradingState state);
// The sessions of a trading day, in chronological order.
enum class Session : u8 {
  unknown,
  messages_started,
  system_open,
  market_open,
  market_closed,
  system_closed,
  messages_ended
};
std::string_view name_of(Session session);

struct OrderFields {
  OrderId id;
  u64 aux;
  Price price;
  Quantity quantity;

  friend bool operator==(const OrderFields&, const OrderFields&) = default;
};

inline constexpr std::size_t kMaxSymbol = 22;
struct DefineFields {
  char symbol[kMaxSymbol];
  u8 length;
  u8 quantity_scale;
  u32 source_id;  // the source's own instrument number, such as ITCH's stock locate
  u32 round_lot;

  [[nodiscard]] std::string_view name() const { return {symbol, length}; }
  /// Sets the name, truncated to kMaxSymbol characters.
  void set_name(std::string_view name) { length = static_cast<u8>(name.copy(symbol, kMaxSymbol)); }

  friend bool operator==(const DefineFields& a, const DefineFields& b) {
    return a.name() == b.name() && a.quantity_scale == b.quantity_scale &&
           a.source_id == b.source_id && a.round_lot == b.round_lot;
  }
};

struct StateFields {
  TradingState state;
  Session session;  // set only in events for kEveryInstrument
  char source;      // the type of the source message
  char reason[4];

  friend bool operator==(const StateFields&, const StateFields&) = default;
};

struct AuctionFields {
  i64 paired;
  i64 imbalance;
  u32 far_e4, near_e4, reference_e4;  // prices in 1e-4, as on the wire; in 1e-9 they would not fit
  char type, direction, variation;

  friend bool operator==(const AuctionFields&, const AuctionFields&) = default;
};

struct CollarFields {
  Price reference, upper, lower;
  u32 extension;

  friend bool operator==(const CollarFields&, const CollarFields&) = default;
};

struct NoticeFields {
  static constexpr std::size_t kMaxBody = 30;
  char type;
  u8 length;
  u8 body[kMaxBody];
};

/// The value of LossFields::last when damage ended the channel. The last missing message is then
/// unknown.
inline constexpr Sequence kUnknownLast = ~Sequence{0};

struct LossFields {
  Sequence first, last;  // missing messages, in the source's numbers (gap) or the channel's (drop)

  friend bool operator==(const LossFields&, const LossFields&) = default;
};

struct CutFields {
  Nanos first, last;  // times of the first and the last cut (snapshot) that channel time passed

  friend bool operator==(const CutFields&, const CutFields&) = default;
};

/// A part of a checkpoint's state. engine/book/checkpoint_events.hpp makes and reads these fields.
struct RestoreFields {
  static constexpr std::size_t kValues = 3;
  u64 values[kValues];
  u8 part;  // a book::Restored, which says what `values` mean

  friend bool operator==(const RestoreFields&, const RestoreFields&) = default;
};

struct alignas(64) Event {
  Nanos exchange_time;
  Nanos due_time;  // when the event should have happened, by the engine's clock; see kNotTimed
  Sequence sequence;
  Instrument instrument;
  Kind kind;
  Side side;
  EventFlags flags;
  union {
    OrderFields order;
    DefineFields define;
    StateFields state;
    AuctionFields auction;
    CollarFields collar;
    NoticeFields notice;
    LossFields loss;
    CutFields cut;
    RestoreFields restore;
  };
};

static_assert(sizeof(Event) == 64, "an event is one cache line");
static_assert(alignof(Event) == 64, "an event lies within one cache line");
static_assert(offsetof(Event, order) == 32, "the head is 32 bytes");
static_assert(std::is_trivially_copyable_v<Event> && std::is_trivial_v<Event>);
static_assert(sizeof(OrderFields) == 32 && sizeof(DefineFields) == 32);
static_assert(sizeof(AuctionFields) == 32 && sizeof(CollarFields) == 32);
static_assert(sizeof(NoticeFields) == 32 && sizeof(RestoreFields) == 32);

/// Returns true if the events are equal. Ignores `due_time` and the fields that the kind does not
/// use.
[[nodiscard]] bool same_event(const Event& a, const Event& b);

/// A borrowed array of fixed capacity, to which a feed's poll() appends its events. One thread.
class EventBuffer {
 public:
  EventBuffer(Event* events, u32 capacity) : events_(events), capacity_(capacity) {}

  [[nodiscard]] u32 size() const { return size_; }
  [[nodiscard]] u32 room() const { return capacity_ - size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] Event* begin() const { return events_; }
  [[nodiscard]] Event* end() const { return events_ + size_; }
  /// Appends an event with indeterminate fields and returns it. room() must be above 0.
  Event& push() {
    assert(room() > 0);
    return events_[size_++];
  }
  /// Removes the newest event.
  void pop() {
    assert(!empty());
    --size_;
  }
  void clear() {
    size_ = 0;
    may_drop_ = true;
  }
  /// Says that none of the buffer's events may be dropped, whatever the engine does when a shard is
  /// too slow. For events that come at full speed and are no load, such as those before a
  /// timetable's start.
  void forbid_drop() { may_drop_ = false; }
  [[nodiscard]] bool may_drop() const { return may_drop_; }

 private:
  Event* events_;
  u32 capacity_;
  u32 size_ = 0;
  bool may_drop_ = true;
};

}  // namespace tapedeck
