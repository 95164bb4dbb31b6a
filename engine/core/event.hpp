// The event: every feed decodes its messages into events, and batches of events travel between
// threads.
//
// One cache line, trivially copyable: a 32-byte head and a 32-byte payload whose meaning follows
// from `kind`. Events are plain data; the thread that holds their batch may read and write them.
#pragma once

#include <cassert>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include "engine/core/event_kinds.hpp"
#include "engine/core/types.hpp"

namespace tapedeck {

using EventFlags = u16;
/// The last event of its source message. Of a message's events, only this one makes a book check
/// whether it is crossed, and calls on_message(). Where one event of the venue spans several
/// messages (DBN), only the last Event of the last message has the flag.
inline constexpr EventFlags kLastOfEvent = 1;
/// The trade is reported again in bulk (ITCH printable = N): not part of the volume.
inline constexpr EventFlags kNonPrintable = 2;
/// Made by a feed, to complete a windowed recording or to state a trading state that the feed has
/// inferred; not a message of the source.
inline constexpr EventFlags kSynthetic = 4;
/// The feed saw something about this message that makes its book doubtful.
inline constexpr EventFlags kDoubtful = 8;
/// On a loss: the channel goes on without recovery, so that books keep their orders and are STALE
/// until a clear.
inline constexpr EventFlags kCarryOn = 16;
/// On a trading state: the event is an operational halt or the end of one. A book keeps operational
/// halts apart from its trading state.
inline constexpr EventFlags kOperational = 32;
/// The event lies before the start of a replay: books apply it, and strategies get no callback for
/// it but on_define().
inline constexpr EventFlags kPreroll = 64;
/// The event belongs to a checkpoint: it restores a book and is no message of the source. It comes
/// ahead of the messages that the source sent after the checkpoint.
inline constexpr EventFlags kOfCheckpoint = 128;

/// The due time of an event whose latency is not measured, such as an event of a recording's
/// preroll. The due time of a measured event is its scheduled time where the feed has a timetable,
/// even when the feed is late; otherwise it is the beginning of the poll that produced the event.
inline constexpr Nanos kNotTimed = kBeginningOfTime;
/// The due time of an event of a timetable's warm-up. Its latency is not measured either, but the
/// event is load like the rest and may be dropped.
inline constexpr Nanos kWarmUp{kNotTimed.value + 1};

enum class TradingState : u8 { unknown, trading, halted, paused, quotation_only };
std::string_view name_of(TradingState state);
// The parts of a trading day, in their order.
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
  u32 source_id;  // the source's own number, such as ITCH's stock locate
  u32 round_lot;

  [[nodiscard]] std::string_view name() const { return {symbol, length}; }
  /// Sets the name, and cuts it where it is longer than kMaxSymbol.
  void set_name(std::string_view name) { length = static_cast<u8>(name.copy(symbol, kMaxSymbol)); }

  friend bool operator==(const DefineFields& a, const DefineFields& b) {
    return a.name() == b.name() && a.quantity_scale == b.quantity_scale &&
           a.source_id == b.source_id && a.round_lot == b.round_lot;
  }
};

struct StateFields {
  TradingState state;
  Session session;  // with kEveryInstrument only
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

/// LossFields::last where damage ended the channel, so that the last missing message is unknown.
inline constexpr Sequence kUnknownLast = ~Sequence{0};

struct LossFields {
  Sequence first, last;  // missing messages, numbered by the source (gap) or the channel (drop)

  friend bool operator==(const LossFields&, const LossFields&) = default;
};

struct CutFields {
  Nanos first, last;  // times of the first and the last cut that channel time has passed

  friend bool operator==(const CutFields&, const CutFields&) = default;
};

/// See engine/book/checkpoint_events.hpp, which makes them.
struct RestoreFields {
  static constexpr std::size_t kValues = 3;
  u64 values[kValues];
  u8 part;  // the meaning of `values`, a book::Restored

  friend bool operator==(const RestoreFields&, const RestoreFields&) = default;
};

struct alignas(64) Event {
  Nanos exchange_time;
  Nanos due_time;  // by the engine's clock: when the event should have happened; see kNotTimed
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

/// Compares all fields but `due_time` and those that the kind does not use.
[[nodiscard]] bool same_event(const Event& a, const Event& b);

/// Where a feed's poll writes its events: a borrowed array of fixed capacity. One thread.
class EventBuffer {
 public:
  EventBuffer(Event* events, u32 capacity) : events_(events), capacity_(capacity) {}

  [[nodiscard]] u32 size() const { return size_; }
  [[nodiscard]] u32 room() const { return capacity_ - size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] Event* begin() const { return events_; }
  [[nodiscard]] Event* end() const { return events_ + size_; }
  /// Appends an event whose fields are indeterminate, and returns it. The caller has checked
  /// room().
  Event& push() {
    assert(room() > 0);
    return events_[size_++];
  }
  /// Removes the newest event.
  void pop() {
    assert(!empty());
    --size_;
  }
  void clear() { size_ = 0; }

 private:
  Event* events_;
  u32 capacity_;
  u32 size_ = 0;
};

}  // namespace tapedeck
