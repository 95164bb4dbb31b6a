#include "engine/book/reference_book.hpp"

#include <algorithm>

#include "engine/book/checkpoint_events.hpp"

namespace tapedeck::book {
namespace {

i64 total_of(const auto& queue) {
  i64 total = 0;
  for (const auto& order : queue) total += order.quantity.value;
  return total;
}

SnapshotLevel snapshot_level(Price price, const auto& queue) {
  SnapshotLevel snapshot{price, {}};
  for (const auto& order : queue) snapshot.orders.push_back({order.id, order.quantity});
  return snapshot;
}

}  // namespace

Applied ReferenceBook::add(OrderId id, Side side, Price price, Quantity quantity) {
  if (side == Side::none || price == kNoPrice) return {{0}, Fault::bad_order};
  if (quantity.value <= 0) return {{0}, Fault::bad_quantity};
  if (const auto level = levels(side).find(price); level != levels(side).end()) {
    if (i128{total_of(level->second)} + quantity.value > i128{INT64_MAX}) {
      return {{0}, Fault::total_overflow};
    }
  }
  if (orders_.contains(id)) return {{0}, Fault::duplicate_add};
  Queue& queue = levels(side)[price];
  queue.push_back({id, quantity});
  orders_[id] = {side, price, std::prev(queue.end())};
  return {quantity, Fault::none};
}

Applied ReferenceBook::reduce(OrderId id, Quantity quantity, Fault when_more) {
  const auto found = orders_.find(id);
  if (found == orders_.end()) return {{0}, Fault::unknown_order};
  if (quantity.value <= 0) return {{0}, Fault::bad_quantity};
  const Quantity open = found->second.order->quantity;
  if (quantity < open) {
    found->second.order->quantity = open - quantity;
    return {quantity, Fault::none};
  }
  drop(found);
  return {open, quantity > open ? when_more : Fault::none};
}

Applied ReferenceBook::remove(OrderId id) {
  const auto found = orders_.find(id);
  if (found == orders_.end()) return {{0}, Fault::unknown_order};
  const Quantity open = found->second.order->quantity;
  drop(found);
  return {open, Fault::none};
}

Applied ReferenceBook::replace(OrderId id, OrderId new_id, Price price, Quantity quantity) {
  const auto found = orders_.find(id);
  if (found == orders_.end()) return {{0}, Fault::unknown_order};
  const Side side = found->second.side;
  drop(found);
  return add(new_id, side, price, quantity);
}

Applied ReferenceBook::modify(OrderId id, Side side, Price price, Quantity quantity) {
  const auto found = orders_.find(id);
  if (found == orders_.end()) {
    if (side == Side::none) return {{0}, Fault::unknown_order};
    return add(id, side, price, quantity);
  }
  if (quantity.value <= 0) return {{0}, Fault::bad_quantity};
  const Place place = found->second;
  const bool contradicts = side != Side::none && side != place.side;
  if (!contradicts && price == place.price && quantity < place.order->quantity) {
    place.order->quantity = quantity;
    return {quantity, Fault::none};
  }
  drop(found);
  const Applied applied = add(id, contradicts ? side : place.side, price, quantity);
  if (applied.fault != Fault::none || !contradicts) return applied;
  return {applied.quantity, Fault::contradiction};
}

void ReferenceBook::clear() {
  bids_.clear();
  asks_.clear();
  orders_.clear();
  state.on_clear();
}

Applied ReferenceBook::clear_side(Side side) {
  if (side == Side::none) return {{0}, Fault::bad_order};
  levels(side).clear();
  std::erase_if(orders_, [side](const auto& each) { return each.second.side == side; });
  return {};
}

void ReferenceBook::drop(std::map<OrderId, Place>::iterator found) {
  const Place& place = found->second;
  const auto level = levels(place.side).find(place.price);
  level->second.erase(place.order);
  if (level->second.empty()) levels(place.side).erase(level);
  orders_.erase(found);
}

std::optional<std::pair<Side, Price>> ReferenceBook::where(OrderId id) const {
  const auto found = orders_.find(id);
  if (found == orders_.end()) return {};
  return std::pair{found->second.side, found->second.price};
}

Level ReferenceBook::touch(Side side) const {
  const Levels& all = side == Side::bid ? bids_ : asks_;
  if (all.empty()) return {};
  const auto& [price, queue] = side == Side::bid ? *all.rbegin() : *all.begin();
  return {price, Quantity{total_of(queue)}, static_cast<u32>(queue.size())};
}

SnapshotLevel ReferenceBook::level_at(Side side, Price price) const {
  const Levels& all = side == Side::bid ? bids_ : asks_;
  const auto level = all.find(price);
  return level == all.end() ? SnapshotLevel{price, {}} : snapshot_level(price, level->second);
}

BookSnapshot ReferenceBook::snapshot() const {
  BookSnapshot snapshot;
  for (auto level = bids_.rbegin(); level != bids_.rend(); ++level) {
    snapshot.bids.push_back(snapshot_level(level->first, level->second));
  }
  for (const auto& [price, queue] : asks_) snapshot.asks.push_back(snapshot_level(price, queue));
  return snapshot;
}

bool ReferenceBook::crossed() const {
  return !bids_.empty() && !asks_.empty() && bids_.rbegin()->first > asks_.begin()->first;
}

// ---------------------------------------------------------------------------------------------

const ReferenceBook* ReferenceBookSet::find(ChannelId channel, Instrument instrument) const {
  const auto found = books_.find({channel, instrument});
  return found == books_.end() ? nullptr : &found->second;
}

Applied ReferenceBookSet::apply(ChannelId channel, const Event& event) {
  if (event.instrument == kEveryInstrument || event.instrument == kNoInstrument) {
    if (!is_control(event.kind)) {
      ++(event.kind == Kind::notice ? counters_.notices : counters_.applied);
    }
    if (event.instrument == kEveryInstrument) {
      if (event.kind == Kind::trading_state) sessions_[channel] = event.state.session;
      if (event.kind == Kind::loss && (event.flags & kJoined) != 0) {
        joined_[channel] = event.loss.last + 1;
      } else if (event.kind == Kind::loss) {
        const auto [at, is_new] = lost_.try_emplace(channel, event.loss);
        if (!is_new) at->second.last = event.loss.last;
      }
      if (event.kind == Kind::clear) {
        lost_.erase(channel);
        joined_.erase(channel);
      }
      if (event.kind == Kind::restore) restore_channel(channel, event.restore);
      apply_to_all(channel, event);
    }
    return {};
  }
  if (event.kind == Kind::define) {
    if (event.instrument.value < kMaxInstrumentsPerChannel) {
      const auto [at, is_new] = books_.try_emplace({channel, event.instrument});
      if (is_new && joined_.contains(channel)) at->second.state.on_joined(joined_[channel]);
      if (is_new && lost_.contains(channel)) at->second.state.on_loss(lost_[channel], true);
      InstrumentState& state = at->second.state;
      state.define = event.define;
      state.last_time = event.exchange_time;
      state.last_sequence = event.sequence;
    }
    return {};
  }
  const auto found = books_.find({channel, event.instrument});
  if (found == books_.end()) {
    if (!is_control(event.kind)) ++counters_.unrouted;
    return {};
  }
  if (event.kind == Kind::restore) {
    restore(found->second.state, event);
    return {};
  }
  return apply_to_book(channel, found->second, event);
}

void ReferenceBookSet::restore_channel(ChannelId channel, const RestoreFields& fields) {
  if (fields.part == static_cast<u8>(Restored::joined)) joined_[channel] = fields.values[0];
  if (fields.part != static_cast<u8>(Restored::channel)) return;
  const bool known = fields.values[0] <= static_cast<u64>(Session::messages_ended);
  sessions_[channel] = known ? static_cast<Session>(fields.values[0]) : Session::unknown;
  if (fields.values[2] != 0) lost_[channel] = {fields.values[1], fields.values[2]};
}

void ReferenceBookSet::apply_to_all(ChannelId channel, const Event& event) {
  for (auto& [key, book] : books_) {
    if (key.first != channel) continue;
    if (event.kind == Kind::clear) book.clear();
    if (event.kind == Kind::loss) {
      on_channel_loss(book.state, event.loss, (event.flags & kJoined) != 0);
    }
  }
}

Applied ReferenceBookSet::apply_to_book(ChannelId channel, ReferenceBook& book,
                                        const Event& event) {
  InstrumentState& state = book.state;
  if (event.kind == Kind::loss) {
    const bool carry_on = (event.flags & kCarryOn) != 0;
    // Emptying a book clears its lost range, so that the first number is kept here. A book that is
    // stale already has lost both ranges.
    const Sequence first = state.is_stale() ? state.trust_range.first : event.loss.first;
    if (!carry_on) book.clear();
    state.on_loss({first, event.loss.last}, carry_on);
    return {};
  }
  if (event.kind == Kind::notice) {
    ++counters_.notices;
    return {};
  }
  if (state.ignores_events() && event.kind != Kind::clear && event.kind != Kind::trading_state) {
    ++counters_.ignored;
    return {};
  }
  ++counters_.applied;
  ++state.events;
  state.last_time = event.exchange_time;
  state.last_sequence = event.sequence;
  const Applied applied = dispatch(book, event);
  if (applied.fault != Fault::none) {
    ++counters_.faults[static_cast<std::size_t>(applied.fault)];
    state.on_misfit(reason_of(applied.fault), event.sequence);
  } else if ((event.flags & kDoubtful) != 0) {
    state.on_misfit(TrustReason::doubtful, event.sequence);
  }
  if ((event.flags & kLastOfEvent) != 0) {
    if (!book.crossed()) {
      state.crossed_while_trading = false;
    } else if (!state.crossed_while_trading && state.must_not_cross(sessions_[channel])) {
      state.crossed_while_trading = true;
      state.on_misfit(TrustReason::crossed, event.sequence);
      ++counters_.crossed_events;
    }
  }
  if (flow_digest_) {
    state.flow = flow_step(state.flow, event, applied.quantity, book.touch(Side::bid).price,
                           book.touch(Side::ask).price);
  }
  return applied;
}

Applied ReferenceBookSet::dispatch(ReferenceBook& book, const Event& event) {
  InstrumentState& state = book.state;
  const OrderFields& order = event.order;
  switch (event.kind) {
    case Kind::add:
    case Kind::upsert: {
      const bool was_there =
          event.kind == Kind::upsert && book.remove(order.id).fault == Fault::none;
      const Applied applied = book.add(order.id, event.side, order.price, order.quantity);
      const bool counts = !was_there && (event.kind == Kind::upsert || !(event.flags & kSynthetic));
      if (applied.fault == Fault::none && counts) ++state.adds;
      return applied;
    }
    case Kind::reduce: {
      const auto place = book.where(order.id);
      const Applied applied = book.reduce(order.id, order.quantity, Fault::over_cancel);
      const bool contradicts = (event.flags & kStatesPlace) != 0 && place &&
                               ((event.side != Side::none && event.side != place->first) ||
                                (order.price != kNoPrice && order.price != place->second));
      if (applied.fault != Fault::none || !contradicts) return applied;
      return {applied.quantity, Fault::contradiction};
    }
    case Kind::execute:
    case Kind::execute_at: {
      const auto place = book.where(order.id);
      const Applied applied = book.reduce(order.id, order.quantity, Fault::over_execution);
      if (applied.quantity.value == 0) return applied;
      ++state.executions;
      state.executed = saturating_sum(state.executed, applied.quantity);
      const Price price = event.kind == Kind::execute ? place->second : order.price;
      state.traded(price, applied.quantity, (event.flags & kNonPrintable) == 0);
      return applied;
    }
    case Kind::remove:
      return book.remove(order.id);
    case Kind::replace:
      return book.replace(order.id, OrderId{order.aux}, order.price, order.quantity);
    case Kind::modify: {
      const bool states_place = (event.flags & kStatesPlace) != 0;
      const bool was_there = book.where(order.id).has_value();
      const Applied applied = book.modify(order.id, states_place ? event.side : Side::none,
                                          order.price, order.quantity);
      if (!was_there && applied.fault == Fault::none) ++state.adds;
      return applied;
    }
    case Kind::clear:
      book.clear();
      return {};
    case Kind::clear_side:
      return book.clear_side(event.side);
    case Kind::trade:
    case Kind::cross: {
      const Quantity quantity = std::max(order.quantity, Quantity{0});
      const bool printable = quantity.value > 0 && (event.flags & kNonPrintable) == 0;
      state.traded(order.price, quantity, printable);
      return {quantity, Fault::none};
    }
    case Kind::trading_state:
      // A session belongs to the whole channel, see StateFields.
      state.on_trading_state(event.state, (event.flags & kOperational) != 0);
      return {};
    case Kind::auction:
      state.auction = event.auction;
      return {};
    case Kind::collar:
      state.collar = event.collar;
      return {};
    default:
      return {};
  }
}

}  // namespace tapedeck::book
