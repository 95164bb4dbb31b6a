// BasicBookSet's look-ahead: asks for the memory that events still to come will touch. Part of
// book_set.cpp, which alone includes it.
//
// Nothing here changes a book; a wrong guess costs one useless load. What one stage finds out is
// kept for the next as a hint (Foreseen): events in between may make it stale, but handles always
// name memory of their pool.
#pragma once

#include <algorithm>

#include "engine/book/book_set.hpp"

namespace tapedeck::book {

// How far ahead of the event being applied each kind of memory is asked for. A stage needs what
// the stage before it has brought: the slot names the order, the order names the level.
inline constexpr std::size_t kSlotAhead = 16;
inline constexpr std::size_t kOrderAhead = 10;
inline constexpr std::size_t kLevelAhead = 6;
inline constexpr std::size_t kQueueAhead = 3;

inline constexpr std::size_t kCacheLine = 64;
// The sides and what every event touches of the state; see the layout of Book.
inline constexpr std::size_t kHotBookBytes = 3 * kCacheLine;

constexpr bool names_live_order(Kind kind) {
  return kind >= Kind::reduce && kind <= Kind::modify;
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::fetch_slot(const Line& line, const Event& event) const {
  const auto* const entry = entry_of(line, event);
  if (entry == nullptr || entry->book == nullptr) return;
  const auto* const lines = reinterpret_cast<const std::byte*>(entry->book);
  for (std::size_t at = 0; at < kHotBookBytes; at += kCacheLine) prefetch(lines + at);
  if (!has_order_fields(event.kind)) return;
  index_.prefetch(event.order.id, entry->number);
  if (event.kind == Kind::replace) index_.prefetch(OrderId{event.order.aux}, entry->number);
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::fetch_order(const Line& line, const Event& event,
                                        Foreseen& hint) const {
  hint = {kNoHandle, kNoHandle};
  const auto* const entry = entry_of(line, event);
  if (entry == nullptr || entry->book == nullptr) return;
  if (names_live_order(event.kind)) {
    hint.order = index_.find(event.order.id, entry->number);
    if (hint.order != kNoHandle) prefetch(&orders_.at(hint.order));
  } else if (event.kind == Kind::add) {
    entry->book->side(event.side).prefetch();
    entry->book->side(opposite(event.side)).prefetch_best();  // is it crossed now?
  }
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::fetch_level(const Line& line, const Event& event,
                                        Foreseen& hint) const {
  if (hint.order != kNoHandle) {
    const Order& order = orders_.at(hint.order);
    prefetch(&levels_.at(order.level));
    prefetch(&orders_.at(order.previous));  // handle 0 is a place too, if nobody's
    prefetch(&orders_.at(order.next));
  } else if (event.kind == Kind::add) {
    const auto* const entry = entry_of(line, event);
    if (entry == nullptr || entry->book == nullptr) return;
    const Rank rank = rank_of(event.order.price, event.side);
    hint.level = entry->book->side(event.side).level_near_touch(rank);
    if (hint.level != kNoHandle) prefetch(&levels_.at(hint.level));
  }
}

// The end of the queue that a new order will join; for a replacement, the level it will join.
template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::fetch_queue(const Line& line, const Event& event,
                                        const Foreseen& hint) const {
  if (hint.level != kNoHandle) {
    prefetch(&orders_.at(levels_.at(hint.level).tail));
  } else if (event.kind == Kind::replace && hint.order != kNoHandle) {
    const Side side = levels_.at(orders_.at(hint.order).level).side;
    const Handle level =
        entry_of(line, event)->book->side(side).level_near_touch(rank_of(event.order.price, side));
    if (level != kNoHandle) prefetch(&levels_.at(level));
  }
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::look_ahead(const Line& line, std::span<const Event> events,
                                       std::size_t at) {
  const auto hint = [this](std::size_t of) -> Foreseen& { return foreseen_[of % kForeseen]; };
  if (at + kSlotAhead < events.size()) fetch_slot(line, events[at + kSlotAhead]);
  if (at + kOrderAhead < events.size()) {
    fetch_order(line, events[at + kOrderAhead], hint(at + kOrderAhead));
  }
  if (at + kLevelAhead < events.size()) {
    fetch_level(line, events[at + kLevelAhead], hint(at + kLevelAhead));
  }
  if (at + kQueueAhead < events.size()) {
    fetch_queue(line, events[at + kQueueAhead], hint(at + kQueueAhead));
  }
}

template <JoinAt kJoinAt>
template <class AfterEach>
void BasicBookSet<kJoinAt>::apply_looking_ahead(LineNumber number, std::span<const Event> events,
                                                AfterEach after_each) {
  Line& line = lines_[number];
  // The first events have had nobody look ahead for them.
  const std::size_t first = std::min(events.size(), kSlotAhead);
  for (std::size_t i = 0; i < first; ++i) fetch_slot(line, events[i]);
  for (std::size_t i = 0; i < std::min(first, kOrderAhead); ++i) {
    fetch_order(line, events[i], foreseen_[i]);
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    look_ahead(line, events, i);
    after_each(events[i], apply_to_line(number, line, events[i]));
  }
}

}  // namespace tapedeck::book
