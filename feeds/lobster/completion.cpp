#include "feeds/lobster/completion.hpp"

#include <algorithm>
#include <utility>

namespace tapedeck::feeds::lobster {
namespace {

bool is_synthetic(u64 id) {
  return id >= kFirstSyntheticId;
}

}  // namespace

void Completion::seed(const MessageRow& message, const BookRow& row, RowEvents& out) {
  // Undo the message's change: an added order is not there yet, and a removed quantity still is.
  i64 undone = message.type == MessageType::add       ? -message.size.value
               : message.type <= MessageType::execute ? message.size.value
                                                      : 0;
  for (const Side side : {Side::bid, Side::ask}) {
    for (const BookLevel& level : row.side(side)) {
      i64 quantity = level.size;
      if (side == message.side && level.price == message.price) {
        quantity += std::exchange(undone, 0);
      }
      if (quantity > 0) put_synthetic(side, level.price, quantity, out);
    }
    horizons_[BookRow::index(side)] = horizon_of(side, row);
  }
  // The message emptied a level, which the row no longer shows.
  if (undone > 0) put_synthetic(message.side, message.price, undone, out);
  levels_seeded_ = next_synthetic_ - kFirstSyntheticId;
}

void Completion::apply(const MessageRow& message, RowEvents& out) {
  executed_at_known_level_ = false;
  touched_.reset();
  if (message.type > MessageType::execute) {
    push_message(message, out);
    return;
  }
  touched_ = Place{message.side, rank_of(message.side, message.price)};
  const auto at = known_.find(message.id.value);
  if (message.type == MessageType::add) {
    Event& event = push_message(message, out);
    if (at == known_.end()) {
      put(message.side, message.price, {message.id.value, message.size.value});
    } else {
      event.flags |= kDoubtful;  // the order is there already
    }
  } else if (at != known_.end()) {
    take_known(message, at->second, out);
  } else {
    if (is_seeded_) ++unknown_ids_;
    take_synthetic(message, out);
  }
}

void Completion::put(Side side, Price price, Resting order) {
  const Place place{side, rank_of(side, price)};
  Ladder& levels = ladder(side);
  auto level = levels.lower_bound(place.rank);
  if (level == levels.end() || level->first != place.rank) {
    if (spare_levels_.empty()) {
      level = levels.try_emplace(level, place.rank);
    } else {
      auto node = std::move(spare_levels_.back());
      spare_levels_.pop_back();
      node.key() = place.rank;
      level = levels.insert(level, std::move(node));
    }
    level->second.price = price;
  }
  level->second.orders.push_back(order);
  if (spare_places_.empty()) {
    known_.emplace(order.id, place);
  } else {
    auto node = std::move(spare_places_.back());
    spare_places_.pop_back();
    node.key() = order.id;
    node.mapped() = place;
    known_.insert(std::move(node));
  }
}

void Completion::forget(u64 id) {
  if (auto node = known_.extract(id); node) spare_places_.push_back(std::move(node));
}

void Completion::drop(Ladder& levels, Ladder::iterator level) {
  level->second.orders.clear();
  spare_levels_.push_back(levels.extract(level));
}

void Completion::take_known(const MessageRow& message, const Place& place, RowEvents& out) {
  Ladder& levels = ladder(place.side);
  const auto level = levels.find(place.rank);
  auto& orders = level->second.orders;
  const auto order = std::ranges::find(orders, message.id.value, &Resting::id);
  executed_at_known_level_ = message.type == MessageType::execute &&
                             std::ranges::none_of(orders, is_synthetic, &Resting::id);

  Event& event = push_message(message, out);
  const bool removes = message.type == MessageType::remove;
  const i64 size = message.size.value;
  // The levels would not show a delete of the wrong size or an execution of more than the order
  // has.
  const bool size_fits = removes ? size == order->quantity : size <= order->quantity;
  if (!size_fits || message.side != place.side || message.price != level->second.price) {
    event.flags |= kDoubtful;
  }
  order->quantity -= size;
  if (removes || order->quantity <= 0) {
    forget(message.id.value);
    orders.erase(order);
    if (orders.empty()) drop(levels, level);
  }
}

void Completion::take_synthetic(const MessageRow& message, RowEvents& out) {
  i64 left = message.size.value;
  Ladder& levels = ladder(message.side);
  const auto level = levels.find(touched_->rank);
  if (level != levels.end()) {
    auto& orders = level->second.orders;
    for (Resting& order : orders) {
      if (left == 0 || !is_synthetic(order.id)) continue;
      const i64 part = std::min(left, order.quantity);
      const Kind kind = message.type == MessageType::execute ? Kind::execute
                        : part < order.quantity              ? Kind::reduce
                                                             : Kind::remove;
      out.push_order(kind, message.side, {OrderId{order.id}, 0, message.price, Quantity{part}});
      order.quantity -= part;
      left -= part;
      if (order.quantity == 0) forget(order.id);
    }
    std::erase_if(orders, [](const Resting& order) { return order.quantity == 0; });
    if (orders.empty()) drop(levels, level);
  }
  if (left > 0) {
    Event& event = push_message(message, out);
    event.order.quantity = Quantity{left};
    event.flags |= kDoubtful;
  }
}

void Completion::complete(const BookRow& row, RowEvents& out) {
  const std::size_t before = out.size();
  for (const Side side : {Side::bid, Side::ask}) {
    Rank& horizon = horizons_[BookRow::index(side)];
    const Rank horizon_before = std::exchange(horizon, horizon_of(side, row));
    drop_beyond(side, horizon, out);
    const auto& levels = row.side(side);
    auto first = levels.end();  // of the levels that enter
    while (first != levels.begin() && rank_of(side, std::prev(first)->price) > horizon_before) {
      --first;
    }
    for (; first != levels.end(); ++first) {
      if (enter(side, *first, out)) ++levels_completed_;
    }
  }
  is_proof_ =
      touched_ && out.size() == before && shows(previous_, *touched_) && shows(row, *touched_);
  touched_.reset();
  previous_ = row;
  is_seeded_ = true;
}

void Completion::drop_beyond(Side side, Rank horizon, RowEvents& out) {
  Ladder& levels = ladder(side);
  if (levels.empty() || levels.rbegin()->first <= horizon) return;
  for (auto level = levels.upper_bound(horizon); level != levels.end();) {
    for (const Resting& order : level->second.orders) {
      out.push_order(Kind::remove, side,
                     {OrderId{order.id}, 0, level->second.price, Quantity{order.quantity}},
                     kSynthetic);
      forget(order.id);
    }
    drop(levels, level++);
  }
}

bool Completion::enter(Side side, const BookLevel& shown, RowEvents& out) {
  i64 missing = shown.size;
  Ladder& levels = ladder(side);
  if (const auto level = levels.find(rank_of(side, shown.price)); level != levels.end()) {
    for (const Resting& order : level->second.orders) missing -= order.quantity;
  }
  // If the book has more than the row shows, that is a difference like any other.
  if (missing <= 0) return false;
  put_synthetic(side, shown.price, missing, out);
  return true;
}

void Completion::put_synthetic(Side side, Price price, i64 quantity, RowEvents& out) {
  const u64 id = next_synthetic_++;
  put(side, price, {id, quantity});
  out.push_order(Kind::add, side, {OrderId{id}, 0, price, Quantity{quantity}}, kSynthetic);
}

Completion::Rank Completion::horizon_of(Side side, const BookRow& row) {
  return row.is_full(side) ? rank_of(side, row.side(side).back().price) : kNoPrice.value;
}

bool Completion::shows(const BookRow& row, const Place& place) {
  return std::ranges::any_of(row.side(place.side), [&](const BookLevel& level) {
    return rank_of(place.side, level.price) == place.rank;
  });
}

}  // namespace tapedeck::feeds::lobster
