#include "feeds/simulated/feed.hpp"

#include <array>

#include "feeds/common/instrument_table.hpp"

namespace tapedeck::simulated {
namespace {

constexpr i64 kNanoPricePerTick = kPriceUnitsPerOne / 100;  // a tick is a cent
constexpr u32 kRoundLot = 100;

// Before the open, in nanoseconds.
constexpr Nanos kStartsBefore{10 * kNanosPerSecond};
constexpr Nanos kDirectoryBefore{8 * kNanosPerSecond};
constexpr Nanos kStatesBefore{6 * kNanosPerSecond};
constexpr Nanos kOrdersBefore{4 * kNanosPerSecond};
constexpr Nanos kApart{1'000};  // between orders before the open, while time allows

}  // namespace

SimulatedFeed::SimulatedFeed(const Market& market, std::optional<double> speed)
    : market_(market),
      speed_(speed),
      matches_(market.instruments),
      end_time_(static_cast<double>(market.duration.value)) {
  flows_.reserve(market.instruments);
  queue_.reserve(market.instruments);
  for (const FlowOptions& options : flows_of(market)) flows_.emplace_back(options);
  pace_.asked_per_s = market.events_per_s * speed.value_or(1);
}

FeedStatus SimulatedFeed::poll(EventBuffer& out, Nanos now) {
  now_ = now;
  const u64 before = counters_.messages;
  // What comes before the open of a paced market comes at full speed, and is no load.
  if (speed_ && phase_ < Phase::trading) out.forbid_drop();
  while (counters_.messages - before < kMaxMessagesPerPoll) {
    if (!out.may_drop() && phase_ >= Phase::trading) return FeedStatus::ready;
    if (turn(out) == Turn::not_due) return FeedStatus::idle;
    if (phase_ == Phase::ended) return FeedStatus::ended;
  }
  return FeedStatus::ready;
}

SimulatedFeed::Turn SimulatedFeed::turn(EventBuffer& out) {
  switch (phase_) {
    case Phase::start:
      start(out);
      return Turn::done;
    case Phase::directory:
      define(out);
      return Turn::done;
    case Phase::states:
      open_instrument(out);
      return Turn::done;
    case Phase::opening:
      opening_order(out);
      return Turn::done;
    case Phase::trading:
      return trade(out);
    case Phase::closing:
      close(out);
      return Turn::done;
    case Phase::ended:
      break;
  }
  return Turn::done;
}

void SimulatedFeed::start(EventBuffer& out) {
  emit_session(out, at_ == 0 ? Session::messages_started : Session::system_open,
               kOpen - kStartsBefore);
  if (++at_ < 2) return;
  at_ = 0;
  phase_ = Phase::directory;
}

void SimulatedFeed::define(EventBuffer& out) {
  emit(out, Kind::define, Instrument{at_}, kOpen - kDirectoryBefore).define =
      feeds::define_fields(symbol_of(at_), at_ + 1, kRoundLot);
  if (++at_ < market_.instruments) return;
  at_ = 0;
  phase_ = Phase::states;
}

void SimulatedFeed::open_instrument(EventBuffer& out) {
  emit(out, Kind::trading_state, Instrument{at_}, kOpen - kStatesBefore).state = {
      TradingState::trading, Session::unknown, 'H', {' ', ' ', ' ', ' '}};
  if (++at_ < market_.instruments) return;
  at_ = 0;
  phase_ = Phase::opening;
}

// Emits one order of the current instrument; after the last order of the last instrument, the open.
void SimulatedFeed::opening_order(EventBuffer& out) {
  const Nanos offset{
      std::min(static_cast<i64>(opening_orders_) * kApart.value, kOrdersBefore.value - 1)};
  if (const auto action = flows_[at_].open_next()) {
    ++opening_orders_;
    emit_action(out, at_, *action, kOpen - kOrdersBefore + offset);
    return;
  }
  if (++at_ < market_.instruments) return;
  at_ = 0;
  begin_trading(out);
}

void SimulatedFeed::begin_trading(EventBuffer& out) {
  emit_session(out, Session::market_open, kOpen);
  for (u32 i = 0; i < market_.instruments; ++i) queue_.push_back({flows_[i].next_time(), i});
  for (std::size_t i = queue_.size() / 2; i-- > 0;) sift_down(i);
  pace_.began = now_;
  phase_ = Phase::trading;
}

// Performs the steps that are due next in any instrument, until one gives an event.
SimulatedFeed::Turn SimulatedFeed::trade(EventBuffer& out) {
  while (true) {
    const Due due = queue_.front();
    if (market_.events && traded_ >= *market_.events) end_time_ = std::min(end_time_, due.time);
    const bool over = due.time >= end_time_;
    if (!is_due(over ? end_time_ : due.time)) return Turn::not_due;
    if (over) {
      pace_.ended = now_;
      phase_ = Phase::closing;
      return Turn::done;
    }
    InstrumentFlow& flow = flows_[due.instrument];
    const auto action = flow.step();
    queue_.front().time = flow.next_time();
    sift_down(0);
    if (!action) continue;
    ++traded_;
    emit_action(out, due.instrument, *action, kOpen + Nanos{static_cast<i64>(due.time)});
    if (speed_) {
      const Nanos due_time = pace_.began + after_open(due.time);
      out.end()[-1].due_time = due_time;
      ++pace_.events;
      pace_.ended = now_;  // valid even if the run is stopped
      pace_.lateness.record(now_ - due_time);
    }
    return Turn::done;
  }
}

// Returns how long after the open this simulated time is due, by the engine's clock.
Nanos SimulatedFeed::after_open(double time) const {
  return {static_cast<i64>(time / *speed_)};
}

bool SimulatedFeed::is_due(double time) {
  return !speed_ || after_open(time) <= now_ - pace_.began;
}

void SimulatedFeed::close(EventBuffer& out) {
  constexpr std::array kSessions{Session::market_closed, Session::system_closed,
                                 Session::messages_ended};
  emit_session(out, kSessions[at_], kOpen + Nanos{static_cast<i64>(end_time_)});
  if (++at_ == kSessions.size()) phase_ = Phase::ended;
}

// Restores the heap after the entry at `at` has become later.
void SimulatedFeed::sift_down(std::size_t at) {
  const Due moved = queue_[at];
  while (true) {
    std::size_t child = 2 * at + 1;
    if (child >= queue_.size()) break;
    if (child + 1 < queue_.size() && queue_[child + 1] < queue_[child]) ++child;
    if (!(queue_[child] < moved)) break;
    queue_[at] = queue_[child];
    at = child;
  }
  queue_[at] = moved;
}

Event& SimulatedFeed::emit(EventBuffer& out, Kind kind, Instrument instrument, Nanos time) {
  Event& event = out.push();
  event.exchange_time = market_.midnight + time;
  event.due_time = speed_ ? kNotTimed : now_;
  event.sequence = ++counters_.messages;
  event.instrument = instrument;
  event.kind = kind;
  event.side = Side::none;
  event.flags = kLastOfEvent;
  return event;
}

void SimulatedFeed::emit_session(EventBuffer& out, Session session, Nanos time) {
  emit(out, Kind::trading_state, kEveryInstrument, time).state = {
      TradingState::unknown, session, 'S', {}};
}

void SimulatedFeed::emit_action(EventBuffer& out, u32 instrument, const Action& action,
                                Nanos time) {
  const VenueBook::Order& order = action.order;
  const Quantity size{market_.model.order_size};
  switch (action.kind) {
    case Action::Kind::add: {
      Event& event = emit(out, Kind::add, Instrument{instrument}, time);
      event.side = order.side;
      event.order = {OrderId{order.id}, 0, Price{order.tick * kNanoPricePerTick}, size};
      break;
    }
    case Action::Kind::execute: {
      const u64 match = matches_[instrument]++ * market_.instruments + instrument + 1;
      emit(out, Kind::execute, Instrument{instrument}, time).order = {OrderId{order.id}, match,
                                                                      kNoPrice, size};
      break;
    }
    case Action::Kind::cancel:
      emit(out, Kind::remove, Instrument{instrument}, time).order = {OrderId{order.id}, 0, kNoPrice,
                                                                     Quantity{0}};
      break;
  }
}

}  // namespace tapedeck::simulated
