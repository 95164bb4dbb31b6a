// The state beside a book's orders: its name, trading state, trades, and trust.
#pragma once

#include "engine/core/event.hpp"

namespace tapedeck::book {

/// Adds, and saturates instead of overflowing.
[[nodiscard]] constexpr Quantity saturating_sum(Quantity a, Quantity b) {
  i64 sum = 0;
  if (__builtin_add_overflow(a.value, b.value, &sum)) return {b.value > 0 ? INT64_MAX : INT64_MIN};
  return {sum};
}

struct InstrumentState {
  // The first cache line is touched by most events, the members after it by trades only.
  Nanos last_time{0};          // exchange time of the last definition or applied event
  Sequence last_sequence = 0;  // its message's number within the channel
  u64 events = 0;              // applied, of any kind
  u64 adds = 0;                // new orders, without replacements and completions
  u64 executions = 0;          // executions of orders that were there
  Quantity executed{0};
  u64 flow = 0;  // running flow hash, see flow_step()
  TradingState trading = TradingState::unknown;
  bool suspect = false;   // a rule was broken; until clear
  bool stale = false;     // messages are missing, see `lost`; until clear
  bool ignoring = false;  // stale and emptied: events are counted, not applied, until clear
  bool crossed_while_trading = false;
  bool operational_halt = false;

  Quantity volume{0};  // printable: executions, hidden trades, crosses
  Price last_price = kNoPrice;
  Quantity last_quantity{0};

  LossFields lost{0, 0};
  DefineFields define{};
  AuctionFields auction{};  // the last imbalance notice
  CollarFields collar{};

  /// Notes a trade of `quantity` at `price`. A trade that is not printable is reported again in
  /// bulk.
  void traded(Price price, Quantity quantity, bool printable) {
    if (!printable) return;
    volume = saturating_sum(volume, quantity);
    last_price = price;
    last_quantity = quantity;
  }
  [[nodiscard]] bool is_halted() const {
    return operational_halt || trading == TradingState::halted || trading == TradingState::paused;
  }
  /// True while a crossed book is a fault. An unknown state counts as trading, so that a wrong book
  /// does not pass unnoticed because a recording began late.
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
  void on_clear() {
    suspect = stale = ignoring = crossed_while_trading = false;
    lost = {0, 0};
  }
  void on_loss(const LossFields& range, bool carry_on) {
    lost = stale ? LossFields{lost.first, range.last} : range;
    stale = true;
    if (!carry_on) ignoring = true;
  }
};

}  // namespace tapedeck::book
