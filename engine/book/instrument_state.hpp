// The state beside a book's orders: its name, trading state, trades, and trust.
#pragma once

#include "engine/book/book_trust.hpp"
#include "engine/core/event.hpp"

namespace tapedeck::book {

/// Adds, and saturates instead of overflowing.
[[nodiscard]] constexpr Quantity saturating_sum(Quantity a, Quantity b) {
  i64 sum = 0;
  if (__builtin_add_overflow(a.value, b.value, &sum)) return {b.value > 0 ? INT64_MAX : INT64_MIN};
  return {sum};
}

struct InstrumentState {
  // The first cache line is touched by most events, the members after it by fewer.
  Nanos last_time{0};          // exchange time of the last definition or applied event
  Sequence last_sequence = 0;  // its message's number within the channel
  u64 events = 0;              // applied, of any kind
  u64 adds = 0;                // new orders, without replacements and completions
  u64 executions = 0;          // executions of orders that were there
  Quantity executed{0};
  u64 flow = 0;  // running flow hash, see flow_step()
  TradingState trading = TradingState::unknown;
  TrustState trust_state = TrustState::live;  // live, suspect or stale, see trust()
  TrustReason trust_reason = TrustReason::none;
  bool crossed_while_trading = false;
  bool operational_halt = false;

  Quantity volume{0};  // printable: executions, hidden trades, crosses
  Price last_price = kNoPrice;
  Quantity last_quantity{0};

  LossFields trust_range{0, 0};  // first and last of BookTrust
  DefineFields define{};
  AuctionFields auction{};  // the last imbalance notice
  CollarFields collar{};

  /// Notes a trade of `quantity` at `price`. A trade that is not printable is left out, because it
  /// is reported again in bulk.
  void traded(Price price, Quantity quantity, bool printable) {
    if (!printable) return;
    volume = saturating_sum(volume, quantity);
    last_price = price;
    last_quantity = quantity;
  }
  [[nodiscard]] bool is_halted() const {
    return operational_halt || trading == TradingState::halted || trading == TradingState::paused;
  }
  /// True while a crossed book is a fault. An unknown state counts as trading: a recording that
  /// began late has no state yet, and a wrong book must be noticed there too.
  [[nodiscard]] bool must_not_cross(Session session) const {
    const bool open = session == Session::unknown || session == Session::market_open ||
                      session == Session::market_closed;  // trading goes on after the close
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
  /// True while order events are counted and not applied; trading states still are. The book was
  /// emptied because the engine dropped some of its events. Until a clear.
  [[nodiscard]] bool ignores_events() const {
    return is_stale() && trust_reason == TrustReason::dropped;
  }
  /// Returns `closed` for a live book once its channel has announced its last message.
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
  /// Message `sequence` did not fit. The first reason stays. A stale book stays stale, because
  /// messages that do not fit it are to be expected.
  void on_misfit(TrustReason reason, Sequence sequence) {
    if (is_stale() || trust_reason == TrustReason::unknown) return;
    if (trust_state == TrustState::live) {
      trust_state = TrustState::suspect;
      trust_reason = reason;
      trust_range.first = sequence;
    }
    trust_range.last = sequence;
  }
  /// Messages are missing. If the book was stale before, the range becomes that from the first loss
  /// to this one.
  void on_loss(const LossFields& range, bool carry_on) {
    trust_range = is_stale() ? LossFields{trust_range.first, range.last} : range;
    if (!ignores_events()) trust_reason = carry_on ? TrustReason::lost : TrustReason::dropped;
    trust_state = TrustState::stale;
  }
};

}  // namespace tapedeck::book
