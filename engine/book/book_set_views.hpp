// The part of BasicBookSet that reads books and keeps the list of changed books. Only book_set.cpp
// includes this file.
#pragma once

#include <algorithm>

#include "engine/book/book_set.hpp"

namespace tapedeck::book {

template <JoinAt kJoinAt>
const Book* BasicBookSet<kJoinAt>::find(ChannelId channel, Instrument instrument) const {
  if (channel >= channels_.size() || instrument.value >= channels_[channel].books.size())
    return nullptr;
  return channels_[channel].books[instrument.value];
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::prefetch_view(const Book& book) const {
  constexpr std::size_t kLine = 64;
  const auto* const state = reinterpret_cast<const std::byte*>(&book.state);
  for (std::size_t at = 0; at < sizeof book.state; at += kLine) prefetch(state + at);
  for (const PriceSide& side : book.sides) {
    for (const void* const line : side.near_lines()) prefetch(line);
  }
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::prefetch_levels(const Book& book, u32 depth) const {
  for (const PriceSide& side : book.sides) {
    const u32 levels = std::min(depth, side.size());
    for (u32 i = 0; i < levels; ++i) prefetch(&level(side.from_best(i)));
  }
}

template <JoinAt kJoinAt>
SnapshotLevel BasicBookSet<kJoinAt>::level_at(const Book& book, Side side, Price price) const {
  SnapshotLevel snapshot{price, {}};
  const Handle found = place_of(book, side, rank_of(price, side)).level;
  if (found == kNoHandle) return snapshot;
  for (Handle at = level(found).links.next; at != found; at = order(at).links.next) {
    snapshot.orders.push_back({order(at).id, order(at).quantity});
  }
  return snapshot;
}

template <JoinAt kJoinAt>
BookSnapshot BasicBookSet<kJoinAt>::snapshot(const Book& book) const {
  BookSnapshot snapshot;
  for (const Side side : {Side::bid, Side::ask}) {
    auto& levels = side == Side::bid ? snapshot.bids : snapshot.asks;
    const PriceSide& slots = book.side(side);
    for (u32 depth = 0; depth < slots.size(); ++depth) {
      levels.push_back(level_at(book, side, price_of(level(slots.from_best(depth)).rank, side)));
    }
  }
  return snapshot;
}

template <JoinAt kJoinAt>
i128 BasicBookSet<kJoinAt>::side_total(const Book& book, Side side) const {
  i128 total = 0;
  const PriceSide& slots = book.side(side);
  for (u32 depth = 0; depth < slots.size(); ++depth) {
    total += level(slots.from_best(depth)).total.value;
  }
  return total;
}

template <JoinAt kJoinAt>
u64 BasicBookSet<kJoinAt>::orders_of(const Book& book) const {
  u64 count = 0;
  for (const PriceSide& side : book.sides) {
    for (u32 depth = 0; depth < side.size(); ++depth) {
      count += level(side.from_best(depth)).orders;
    }
  }
  return count;
}

template <JoinAt kJoinAt>
std::optional<u32> BasicBookSet<kJoinAt>::orders_ahead(const Book& book, OrderId id) const {
  const Handle handle = find(id, book);
  if (handle == kNoHandle) return {};
  u32 ahead = 0;
  const Handle head = order(handle).level;
  for (Handle at = order(handle).links.previous; at != head; at = order(at).links.previous) ++ahead;
  return ahead;
}

template <JoinAt kJoinAt>
std::optional<std::pair<Side, Price>> BasicBookSet<kJoinAt>::where(const Book& book,
                                                                   OrderId id) const {
  const Handle handle = find(id, book);
  if (handle == kNoHandle) return {};
  const LevelNode& found = level(order(handle).level);
  return std::pair{found.side(), price_of(found.rank, found.side())};
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::mark_changed(Book& book) {
  if (!options_.track_changes || book.changed) return;
  book.changed = true;
  changed_.push_back(&book);
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::take_changes() {
  for (Book* const book : changed_) book->changed = false;
  changed_.clear();
}

}  // namespace tapedeck::book
