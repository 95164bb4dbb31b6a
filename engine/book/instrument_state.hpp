// An instrument's state apart from its orders: name, trading state, trades, and trust (whether the
// book is reliable, see book_trust.hpp).
#pragma once

#include "engine/book/book_trust.hpp"
#include "engine/core/event.hpp"

namespace tapedeck::book {

/// Returns the sum, saturated where it would overflow.
[[nodiscard]] constexpr Quantity saturating_sum(Quantity a, Quantity b) {
  i64 sum = 0;
  if (__builtin_add_overflow(a.value, b.value, &sum)) return {b.value > 0 ? INT64_MAX : INT64_MIN};
  return {sum};
}

struct InstrumentState {
  // Most events touch the first cache line, which holds the members up to `operational_halt`. Fewer
  // events touch the later members.
  Nanos last_time{0};          // exchange time of the last definition or applied event
  Sequence last_sequence = 0;  // that event's message number within the channel
  u64 events = 0;              // applied events of any kind
  u64 adds = 0;                // new orders, without replacements and kSynthetic adds
  u64 executions = 0;          // executions of known orders
  Quantity executed{0};
  u64 flow = 0;  // running flow hash, see flow_step()
  TradingState trading = TradingState::unknown;
  TrustState trust_state = TrustState::live;  // live, suspect or stale, see trust()
  TrustReason trust_reason = TrustReason::none;
  bool crossed_while_trading = false;
  bool operational_halt = false;

  Quantity volume{0};  // of printable trades: executions, hidden trades, crosses
  Price last_price = kNoPrice;
  Quantity last_quantity{0};

  LossFields trust_range{0, 0};  // `first` and `last` of the result of trust()
  DefineFields define{};
  AuctionFields auction{};  // the last imbalance notice
  CollarFields collar{};

  /// Records a trade of `quantity` at `price`. Ignores a trade that is not printable, because the
  /// venue reports it again in bulk.
  void traded(Price price, Quantity quantity, bool printable) {
    if (!printable) return;
    volume = saturating_sum(volume, quantity);
    last_price = price;
    last_quantity = quantity;
  }
  [[nodiscard]] bool is_halted() const {
    return operational_halt || trading == TradingState::halted || trading == TradingState::paused;
  }
  /// Returns true while a crossed book is a fault. An unknown trading state counts as trading,
  /// because a recording that begins late has no state yet, and a wrong book must be noticed there
  /// too.
  [[nodiscard]] bool must_not_cross(Session session) const {
    const bool open = session == Session::unknown || session == Session::market_open ||
                      session == Session::market_closed;  // after-hours trading
    return open && !operational_halt &&
           (trading == TradingState::trading || trading == TradingState::unknown);
  }
  void on_trading_state(const StateFields& fields, bool operational) {
    if (operational) {
      operational_halt = fields.state == TradingState::halted;
    } else {
      trading = fields.state;
    }
  }
  [[nodiscard]] bool is_stale() const { return trust_state == TrustState::stale; }
  /// Returns true from a drop to the next clear. (A drop: the engine dropped events of the book and
  /// emptied it.) Meanwhile, order events are counted but not applied; trading states are applied.
  [[nodiscard]] bool ignores_events() const {
    return is_stale() && trust_reason == TrustReason::dropped;
  }
  /// Returns the book's trust. A live book becomes `closed` when its channel has announced its last
  /// message.
  [[nodiscard]] BookTrust trust(Session session) const {
    const bool closed = trust_state == TrustState::live && session == Session::messages_ended;
    return {closed ? TrustState::closed : trust_state, trust_reason, trust_range.first,
            trust_range.last};
  }
  void on_clear() {
    trust_state = TrustState::live;
    trust_reason = TrustReason::none;
    trust_range = {0, 0};
    crossed_while_trading = false;
  }
  /// Makes a live book suspect because message `sequence` did not fit it. A suspect book keeps its
  /// first reason. A stale book stays stale, because messages are expected not to fit it. A book
  /// whose trust reason is `unknown` or `joined` does not change.
  void on_misfit(TrustReason reason, Sequence sequence) {
    if (is_stale() || trust_reason == TrustReason::unknown || trust_reason == TrustReason::joined) {
      return;
    }
    if (trust_state == TrustState::live) {
      trust_state = TrustState::suspect;
      trust_reason = reason;
      trust_range.first = sequence;
    }
    trust_range.last = sequence;
  }
  /// Makes the book stale because the messages of `range` are missing. If the book was stale
  /// already, the range is extended to the end of this loss. `carry_on` is true if the book keeps
  /// its orders and goes on (reason `lost`), and false after a drop (reason `dropped`). A book that
  /// was joined late keeps that reason, unless events were dropped.
  void on_loss(const LossFields& range, bool carry_on) {
    trust_range = is_stale() ? LossFields{trust_range.first, range.last} : range;
    if (!carry_on && !ignores_events()) trust_reason = TrustReason::dropped;
    if (carry_on && !ignores_events() && trust_reason != TrustReason::joined) {
      trust_reason = TrustReason::lost;
    }
    trust_state = TrustState::stale;
  }
  /// Makes a live book suspect because its channel's messages before number `at` are missing.
  void on_joined(Sequence at) {
    if (trust_state != TrustState::live) return;
    trust_state = TrustState::suspect;
    trust_reason = TrustReason::joined;
    trust_range = {at, at};
  }
};

/// Applies a loss of the whole channel to one of its instruments. `joined`: the loss is the
/// channel's beginning, see kJoined.
inline void on_channel_loss(InstrumentState& state, const LossFields& range, bool joined) {
  if (joined) {
    state.on_joined(range.last + 1);
  } else {
    state.on_loss(range, true);
  }
}

}  // namespace tapedeck::book
