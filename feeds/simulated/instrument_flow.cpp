#include "feeds/simulated/instrument_flow.hpp"

#include <algorithm>

#include "feeds/simulated/exponential.hpp"

namespace tapedeck::simulated {

InstrumentFlow::InstrumentFlow(const FlowOptions& options)
    : options_(options),
      random_(options.seed),
      last_best_{options.reference, options.reference + 1},
      next_id_(options.first_id),
      to_open_(static_cast<u32>(std::max(0.0, options.model.resting()))) {}

// Draws the time to the next event of any kind, whose rate is the sum of the rates.
void InstrumentFlow::schedule() {
  const ZeroIntelligence& model = options_.model;
  const double rate = model.limit_orders() + model.market_rate + model.cancel_rate * book_.live();
  next_time_ += exponential(random_) / rate * options_.time_scale;
}

// Market orders keep prices near the touch free of orders, on each side over the width whose limit
// orders balance them.
std::optional<Action> InstrumentFlow::open_next() {
  const ZeroIntelligence& model = options_.model;
  const auto clear = static_cast<Tick>(model.market_rate / (2 * model.limit_rate));
  const auto width =
      static_cast<u64>(std::max(static_cast<Tick>(model.band_ticks), clear + 1) - clear);
  while (to_open_ > 0) {
    --to_open_;
    const Side side = (to_open_ & 1) != 0 ? Side::bid : Side::ask;
    const Tick away = 1 + clear + static_cast<Tick>(random_.below(width));
    const Tick tick = side == Side::bid ? options_.reference - away : options_.reference + away;
    if (auto action = place(side, tick)) return action;
  }
  if (next_time_ == 0) schedule();
  return {};
}

std::optional<Action> InstrumentFlow::step() {
  const ZeroIntelligence& model = options_.model;
  const double cancels = model.cancel_rate * book_.live();
  const double limits = model.limit_orders();
  const double which = random_.unit() * (limits + model.market_rate + cancels);
  std::optional<Action> action;
  if (which < limits) {
    action = limit_order();
  } else if (which < limits + model.market_rate || book_.live() == 0) {
    action = market_order();
  } else {
    action = cancel();
  }
  schedule();
  return action;
}

std::optional<Action> InstrumentFlow::limit_order() {
  const u64 draw = random_.below(u64{2} * options_.model.band_ticks);
  const Side side = (draw & 1) != 0 ? Side::bid : Side::ask;
  const auto away = static_cast<Tick>(1 + draw / 2);
  return place(side, side == Side::bid ? touch(Side::ask) - away : touch(Side::bid) + away);
}

std::optional<Action> InstrumentFlow::place(Side side, Tick tick) {
  if (tick < kLowest || tick > kHighest) return {};
  const VenueBook::Order order{next_id_, tick, side};
  next_id_ += options_.id_step;
  book_.add(order);
  remember(side);
  return Action{Action::Kind::add, order};
}

std::optional<Action> InstrumentFlow::market_order() {
  const Side resting = random_.below(2) == 0 ? Side::bid : Side::ask;
  if (!book_.has(resting)) return {};
  const VenueBook::Order order = book_.take_front(resting);
  remember(resting);
  return Action{Action::Kind::execute, order};
}

Action InstrumentFlow::cancel() {
  const VenueBook::Order order = book_.take_any(static_cast<u32>(random_.below(book_.live())));
  remember(order.side);
  return {Action::Kind::cancel, order};
}

void InstrumentFlow::remember(Side side) {
  if (book_.has(side)) last_best_[side == Side::bid ? 0 : 1] = book_.best(side);
}

}  // namespace tapedeck::simulated
