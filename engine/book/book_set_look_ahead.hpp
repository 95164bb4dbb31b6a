// BasicBookSet's look-ahead: prefetches the memory that later events will touch. Only book_set.cpp
// includes this file.
//
// Events pass through the look-ahead in groups of kGroup. Its stages follow a chain of memory: the
// index slot leads to the order, the order to its level, and the level to the end of its queue. A
// stage prefetches the memory that the next stage reads for the same group. While that memory is
// loaded, the stages work on other groups. Prefetching changes no book; a wrong guess costs one
// useless load. `Foreseen` carries the results of a stage to the next stage and to the code that
// applies the event.
#pragma once

#include <algorithm>

#include "engine/book/book_set.hpp"

namespace tapedeck::book {

constexpr bool brings_an_order(Kind kind) {
  constexpr u32 kKindsThatDo =
      u32{1} << static_cast<u32>(Kind::add) | u32{1} << static_cast<u32>(Kind::replace);
  return (kKindsThatDo >> static_cast<u32>(kind) & 1) != 0;
}
static_assert(kKinds <= 32);

// Returns the side that a new order is expected to join. A replace event states no side, so the
// price decides: at or below the best bid the order counts as a bid, above it as an ask. The code
// has no branch, because the branch would be unpredictable.
inline Side side_to_join(const Book& book, const Event& event) {
  const auto by_price = 1U + static_cast<u32>(event.order.price.value > book.sides[0].best_rank());
  static_assert(static_cast<u32>(Side::bid) == 1 && static_cast<u32>(Side::ask) == 2);
  const u32 said = static_cast<u32>(event.side);
  return static_cast<Side>(said | (by_price & (u32{said != 0} - 1)));
}

inline void prefetch_near(const PriceSide& side) {
  for (const void* const line : side.near_lines()) prefetch(line);
}

template <JoinAt kJoinAt>
inline void BasicBookSet<kJoinAt>::fetch_slots(const Channel& channel,
                                               std::span<const Event> events, Group& group) {
  Foreseen* seen = group.seen.data();
  for (const Event& event : events) {
    // Events of kinds without order fields take the slow path.
    Book* const book = has_order_fields(event.kind) ? book_of(channel, event) : nullptr;
    seen->book = book != nullptr ? book : &nobody_;
    seen->slot = &channel.slots.of(event.order.id);
    seen->order = kNoHandle;
    seen->level = kNoHandle;
    prefetch(seen->book);
    prefetch(&seen->book->state);
    prefetch(seen->slot);
    if (event.kind == Kind::replace) prefetch(&channel.slots.of(OrderId{event.order.aux}));
    ++seen;
  }
}

// Finds the slots of events again, after a split has moved some.
template <JoinAt kJoinAt>
[[gnu::noinline]] void BasicBookSet<kJoinAt>::find_slots(const Channel& channel,
                                                         std::span<const Event> events,
                                                         Group& group) const {
  for (std::size_t i = 0; i < events.size(); ++i) {
    group.seen[i].slot = &channel.slots.of(events[i].order.id);
  }
}

template <JoinAt kJoinAt>
inline void BasicBookSet<kJoinAt>::fetch_orders(std::span<const Event> events, Group& group) {
  u32 count = 0;
  for (u32 i = 0; i < events.size(); ++i) {
    // A new order's slot normally has handle 0, which names a valid node without a book.
    Foreseen& seen = group.seen[i];
    seen.order = IdSlots::handle_in(*seen.slot);
    prefetch(&nodes_.at(seen.order));
    group.joining[count] = i;
    count += static_cast<u32>(brings_an_order(events[i].kind));
  }
  group.joining_count = count;
  for (u32 i = 0; i < count; ++i) {
    const u32 at = group.joining[i];
    Foreseen& seen = group.seen[at];
    seen.side = side_to_join(*seen.book, events[at]);
    prefetch_near(seen.book->side(seen.side));
  }
}

template <JoinAt kJoinAt>
inline void BasicBookSet<kJoinAt>::fetch_levels(std::span<const Event> events, Group& group) {
  for (u32 i = 0; i < events.size(); ++i) {
    const Order& named = order(group.seen[i].order);
    // If the order has been released, its node may now hold a level. `named.level` is then not a
    // valid handle.
    prefetch(&nodes_.guess_at(named.level));
    prefetch(&nodes_.at(named.links.previous));
    prefetch(&nodes_.at(named.links.next));
  }
  for (u32 i = 0; i < group.joining_count; ++i) {
    const u32 at = group.joining[i];
    Foreseen& seen = group.seen[at];
    const Rank rank = rank_of(events[at].order.price, seen.side);
    seen.level = seen.book->side(seen.side).level_near_touch(rank);
    prefetch(&nodes_.at(seen.level));
  }
}

// Prefetches the last order of each level that a new order will join. Where an event's order is the
// only one of its level, also prefetches the level array, because the level may be erased from it.
template <JoinAt kJoinAt>
inline void BasicBookSet<kJoinAt>::fetch_queues(std::span<const Event> events, const Group& group) {
  for (u32 i = 0; i < events.size(); ++i) {
    const Foreseen& seen = group.seen[i];
    prefetch(&nodes_.at(level(seen.level).links.previous));
    const LevelNode& left = nodes_.guess_at(order(seen.order).level).level;
    if (left.orders == 1) prefetch_near(seen.book->side(left.side()));
  }
}

template <JoinAt kJoinAt>
template <class Observed>
inline void BasicBookSet<kJoinAt>::apply_looking_ahead(ChannelId number,
                                                       std::span<const Event> events,
                                                       Observed observed) {
  Channel& channel = channels_[number];
  constexpr std::size_t kStages = 4;
  std::array<Group, kStages> ring;
  const std::size_t groups = (events.size() + kGroup - 1) / kGroup;
  const auto events_of = [&](std::size_t group) {
    return events.subspan(group * kGroup, std::min(kGroup, events.size() - group * kGroup));
  };
  const auto group_of = [&](std::size_t group) -> Group& { return ring[group % kStages]; };
  // In each step, every stage handles one group; a group moves to the next stage with the next
  // step. The last stage applies the group's events. A stage does nothing while its group number is
  // out of range. (A negative number wraps round, and so is out of range.)
  for (std::size_t step = 0; step < groups + kStages - 1; ++step) {
    if (step < groups) fetch_slots(channel, events_of(step), group_of(step));
    if (step - 1 < groups) fetch_orders(events_of(step - 1), group_of(step - 1));
    if (step - 2 < groups) fetch_levels(events_of(step - 2), group_of(step - 2));
    if (step - 3 >= groups) continue;
    const Group& group = group_of(step - 3);
    fetch_queues(events_of(step - 3), group);
    const Foreseen* seen = group.seen.data();
    for (const Event& event : events_of(step - 3)) {
      observed.before(event);
      if (seen->book == &nobody_) [[unlikely]] {
        observed.after_elsewhere(event, apply_elsewhere(number, channel, event));
      } else {
        observed.after(event, *seen->book, apply_to_book(channel, *seen->book, event, *seen));
      }
      ++seen;
    }
    if (!channel.slots.is_crowded()) [[likely]]
      continue;
    split_slots(channel);
    for (std::size_t later = step - 2; later <= step && later < groups; ++later) {
      find_slots(channel, events_of(later), group_of(later));
    }
  }
}

}  // namespace tapedeck::book
