// The functions of BasicBookSet that add, reduce, execute and remove orders. Only book_set.cpp
// includes this file.
#pragma once

#include <cassert>

#include "engine/book/book_set.hpp"

namespace tapedeck::book {

template <JoinAt kJoinAt>
inline auto BasicBookSet<kJoinAt>::named(const Book& book, OrderId id, const Foreseen& seen) const
    -> Named {
  // After the look-ahead, the order may have been removed, and its node may have been freed or
  // reused. is() detects both cases, because a free node belongs to no book.
  if (is(seen.order, id, book)) [[likely]]
    return {seen.slot, seen.order};
  return {seen.slot, find(id, book, *seen.slot)};
}

template <JoinAt kJoinAt>
[[gnu::noinline]] Handle BasicBookSet<kJoinAt>::find(OrderId id, const Book& book,
                                                     IdSlots::Slot slot) const {
  const Handle handle = IdSlots::handle_in(slot);
  if (is(handle, id, book)) return handle;
  return IdSlots::elsewhere_of(slot) == 0 ? kNoHandle : find_elsewhere(id, book);
}

// Returns where the handle of a new order belongs, when its slot is not free. Returns null if the
// book has an order of this id.
template <JoinAt kJoinAt>
[[gnu::noinline]] Handle* BasicBookSet<kJoinAt>::place_for(OrderId id, const Book& book,
                                                           IdSlots::Slot& slot) {
  if (find(id, book, slot) != kNoHandle) return nullptr;
  if (IdSlots::handle_in(slot) == kNoHandle) return &slot;
  Handle* const place = index_.try_insert(hash_of(id, book), [](Handle) { return false; });
  IdSlots::count_elsewhere(slot);
  channels_[book.channel].slots.note_crowded(id);
  return place;
}

// Erases an order that lies elsewhere than in its slot.
template <JoinAt kJoinAt>
[[gnu::noinline]] void BasicBookSet<kJoinAt>::forget(const Book& book, Named named) {
  index_.erase(hash_of(order(named.handle).id, book), named.handle);
  IdSlots::uncount_elsewhere(*named.slot);
}

template <JoinAt kJoinAt>
[[gnu::noinline]] void BasicBookSet<kJoinAt>::split_slots(Channel& channel) {
  channel.slots.split(counters_.applied, live_orders_,
                      [this](Handle handle) { return order(handle).id; });
}

template <JoinAt kJoinAt>
inline Applied BasicBookSet<kJoinAt>::add(Book& book, const Incoming& incoming) {
  const auto& [slot, id, side, price, quantity, foreseen] = incoming;
  if (side == Side::none || price == kNoPrice) [[unlikely]]
    return {{0}, Fault::bad_order};
  if (quantity.value <= 0) [[unlikely]]
    return {{0}, Fault::bad_quantity};
  const Rank rank = rank_of(price, side);
  const u32 owner = LevelNode::owner_of(book.number, side);
  // After the look-ahead, the level may have been removed, and its node may have been freed or
  // reused.
  Handle to = foreseen;
  PriceSide::Place place{};
  if (level(to).owner != owner || level(to).rank != rank) {
    place = place_of(book, side, rank);
    to = place.level;
  }
  i64 total = 0;
  if (__builtin_add_overflow(level(to).total.value, quantity.value, &total)) [[unlikely]] {
    return {{0}, Fault::total_overflow};
  }
  Handle* place_of_handle = slot;
  if (*slot != 0) [[unlikely]] {
    place_of_handle = place_for(id, book, *slot);
    if (place_of_handle == nullptr) return {{0}, Fault::duplicate_add};
  }
  const Handle handle = nodes_.take();
  *place_of_handle |= handle;
  ++live_orders_;
  if (to == kNoHandle) {
    to = nodes_.take();
    level(to) = {{to, to}, owner, 0, rank, {0}};
    book.side(side).insert(place, rank, to, level_memory_);
    ++levels_;
  }
  Order& taken = order(handle);
  taken.owner = Order::owner_of(book.number);
  taken.id = id;
  taken.quantity = quantity;
  append(to, handle);
  return {quantity, Fault::none};
}

// Is add() as a function that is not inlined. Used by events that remove an order before they add
// one, where the cost of one more call does not matter.
template <JoinAt kJoinAt>
[[gnu::noinline]] Applied BasicBookSet<kJoinAt>::add_noinline(Book& book,
                                                              const Incoming& incoming) {
  return add(book, incoming);
}

template <JoinAt kJoinAt>
[[gnu::noinline]] void BasicBookSet<kJoinAt>::pop_front(Book& book, Named named) {
  drop(book, named);
}

template <JoinAt kJoinAt>
inline Applied BasicBookSet<kJoinAt>::reduce(Book& book, Named named, Quantity quantity,
                                             Fault when_more) {
  if (named.handle == kNoHandle) return {{0}, Fault::unknown_order};
  if (quantity.value <= 0) return {{0}, Fault::bad_quantity};
  Order& taken = order(named.handle);
  if (quantity < taken.quantity) {
    taken.quantity -= quantity;
    level(taken.level).total -= quantity;
    return {quantity, Fault::none};
  }
  const Applied applied{taken.quantity, quantity > taken.quantity ? when_more : Fault::none};
  pop_front(book, named);
  return applied;
}

template <JoinAt kJoinAt>
inline Applied BasicBookSet<kJoinAt>::execute(Book& book, Named named, const Event& event) {
  if (named.handle != kNoHandle) {
    const LevelNode& at = level(order(named.handle).level);
    executed_ = {at.side(),
                 event.kind == Kind::execute ? price_of(at.rank, at.side()) : event.order.price};
  }
  const Applied applied = reduce(book, named, event.order.quantity, Fault::over_execution);
  if (applied.quantity.value > 0) {
    InstrumentState& state = book.state;
    ++state.executions;
    state.executed = saturating_sum(state.executed, applied.quantity);
    state.traded(executed_.price, applied.quantity, (event.flags & kNonPrintable) == 0);
  }
  return applied;
}

template <JoinAt kJoinAt>
inline Applied BasicBookSet<kJoinAt>::remove(Book& book, Named named) {
  if (named.handle == kNoHandle) [[unlikely]]
    return {{0}, Fault::unknown_order};
  const Quantity quantity = order(named.handle).quantity;
  drop(book, named);
  return {quantity, Fault::none};
}

template <JoinAt kJoinAt>
inline Applied BasicBookSet<kJoinAt>::replace(Channel& channel, Book& book, Named named,
                                              const OrderFields& fields, const Foreseen& seen) {
  if (named.handle == kNoHandle) [[unlikely]]
    return {{0}, Fault::unknown_order};
  const Side side = level(order(named.handle).level).side();
  pop_front(book, named);
  const OrderId id{fields.aux};
  return add_noinline(book,
                      {&channel.slots.of(id), id, side, fields.price, fields.quantity, seen.level});
}

// Is reduce() for an event with kStatesPlace. The order's id decides which order shrinks.
template <JoinAt kJoinAt>
[[gnu::noinline]] Applied BasicBookSet<kJoinAt>::reduce_at_place(Book& book, Named named,
                                                                 const Event& event) {
  bool contradicts = false;
  if (named.handle != kNoHandle) {
    const LevelNode& at = level(order(named.handle).level);
    const Price price = event.order.price;
    contradicts = (event.side != Side::none && event.side != at.side()) ||
                  (price != kNoPrice && price != price_of(at.rank, at.side()));
  }
  Applied applied = reduce(book, named, event.order.quantity, Fault::over_cancel);
  if (contradicts && applied.fault == Fault::none) applied.fault = Fault::contradiction;
  return applied;
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::modify(Book& book, Named named, const Event& event) {
  const OrderFields& fields = event.order;
  const bool states_side = (event.flags & kStatesPlace) != 0 && event.side != Side::none;
  if (named.handle == kNoHandle) {
    return states_side ? upsert(book, named, event) : Applied{{0}, Fault::unknown_order};
  }
  if (fields.quantity.value <= 0) return {{0}, Fault::bad_quantity};
  Order& modified = order(named.handle);
  LevelNode& at = level(modified.level);
  const Side side = states_side ? event.side : at.side();
  const bool contradicts = side != at.side();
  if (!contradicts && fields.quantity < modified.quantity &&
      at.rank == rank_of(fields.price, side)) {
    at.total -= modified.quantity - fields.quantity;
    modified.quantity = fields.quantity;
    return {fields.quantity, Fault::none};
  }
  pop_front(book, named);
  Applied applied =
      add_noinline(book, {named.slot, fields.id, side, fields.price, fields.quantity, kNoHandle});
  if (contradicts && applied.fault == Fault::none) applied.fault = Fault::contradiction;
  return applied;
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::upsert(Book& book, Named named, const Event& event) {
  const OrderFields& fields = event.order;
  const bool is_new = named.handle == kNoHandle;
  if (!is_new) pop_front(book, named);
  const Applied applied = add_noinline(
      book, {named.slot, fields.id, event.side, fields.price, fields.quantity, kNoHandle});
  if (is_new && applied.fault == Fault::none) ++book.state.adds;
  return applied;
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::clear(Book& book) {
  for (const Side side : {Side::bid, Side::ask}) (void)clear_side(book, side);
  book.state.on_clear();
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::clear_side(Book& book, Side which) {
  if (which == Side::none) return {{0}, Fault::bad_order};
  const IdSlots& slots = channels_[book.channel].slots;
  const auto release = [this](Handle handle) {
    order(handle).owner = 0;
    nodes_.release(handle);
  };
  PriceSide& side = book.side(which);
  for (u32 depth = 0; depth < side.size(); ++depth) {
    const Handle head = side.from_best(depth);
    for (Handle handle = level(head).links.next; handle != head;) {
      const Handle next = order(handle).links.next;
      erase(book, {&slots.of(order(handle).id), handle});
      release(handle);
      handle = next;
    }
    release(head);
  }
  levels_ -= side.size();
  side.clear();
  return {};
}

template <JoinAt kJoinAt>
inline void BasicBookSet<kJoinAt>::append(Handle to, Handle handle) {
  Order& joining = order(handle);
  LevelNode& head = level(to);
  assert(joining.owner != 0 && head.owner != 0 && "a live order joins a live level");
  joining.level = to;
  if constexpr (kJoinAt == JoinAt::back) {
    joining.links = {head.links.previous, to};
    links(head.links.previous).next = handle;
    head.links.previous = handle;
  } else {
    joining.links = {to, head.links.next};
    links(head.links.next).previous = handle;
    head.links.next = handle;
  }
  head.total += joining.quantity;
  ++head.orders;
}

template <JoinAt kJoinAt>
inline void BasicBookSet<kJoinAt>::unlink(Book& book, Handle handle) {
  const Order& leaving = order(handle);
  LevelNode& head = level(leaving.level);
  assert(leaving.owner == Order::owner_of(book.number) && "a live order of this book");
  assert(head.orders > 0 && head.total >= leaving.quantity);
  assert(links(leaving.links.previous).next == handle && "its neighbours link to it");
  assert(links(leaving.links.next).previous == handle && "its neighbours link to it");
  links(leaving.links.previous).next = leaving.links.next;
  links(leaving.links.next).previous = leaving.links.previous;
  head.total -= leaving.quantity;
  if (--head.orders != 0) return;
  const u32 at = place_of(book, head.side(), head.rank).at;
  book.side(head.side()).erase(at, true_rank());
  --levels_;
  head.owner = 0;
  nodes_.release(leaving.level);
}

// Makes an order unknown.
template <JoinAt kJoinAt>
inline void BasicBookSet<kJoinAt>::erase(const Book& book, Named named) {
  --live_orders_;
  if (IdSlots::handle_in(*named.slot) == named.handle) [[likely]] {
    *named.slot = IdSlots::elsewhere_of(*named.slot);
  } else {
    forget(book, named);
  }
}

template <JoinAt kJoinAt>
inline void BasicBookSet<kJoinAt>::drop(Book& book, Named named) {
  assert(named.handle != kNoHandle);
  erase(book, named);
  unlink(book, named.handle);
  order(named.handle).owner = 0;
  nodes_.release(named.handle);
}

}  // namespace tapedeck::book
