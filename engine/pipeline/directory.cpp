#include "engine/pipeline/directory.hpp"

#include <algorithm>
#include <cassert>

namespace tapedeck::pipeline {

Directory::Table::Table(u32 size)
    : capacity(size),
      entries(std::make_unique<Entry[]>(size)),
      buckets(std::make_unique<std::atomic<u32>[]>(size)) {}

Directory::Directory() {
  constexpr u32 kFirstCapacity = 64;
  tables_.push_back(std::make_unique<Table>(kFirstCapacity));
  table_.store(tables_.back().get(), std::memory_order_release);
}

// FNV-1a. Its upper half is folded in, because the lowest bits alone are weak.
u32 Directory::hash_of(ChannelId venue, std::string_view symbol) {
  constexpr u64 kOffset = 0xcbf29ce484222325, kPrime = 0x100000001b3;
  u64 hash = (kOffset ^ venue) * kPrime;
  for (const char letter : symbol) hash = (hash ^ static_cast<u8>(letter)) * kPrime;
  return static_cast<u32>(hash ^ hash >> 32);
}

void Directory::name(u32 cell, ChannelId venue, Instrument instrument, std::string_view symbol) {
  assert(cell <= of_cell_.size() && "cells are named in order");
  const std::string_view kept = symbol.substr(0, kMaxSymbol);
  if (cell == of_cell_.size()) of_cell_.emplace_back();
  Named& named = of_cell_[cell];
  const Named before = named;
  if (before.names > 0) {
    const bool is_same = tables_.back()->entries[before.entry].name() == kept;
    if (is_same || before.names == kMostNames) return;
  }
  if (entries_ == tables_.back()->capacity) grow();
  named = {entries_, before.names + 1};
  Entry entry;
  entry.length = static_cast<u8>(kept.copy(entry.symbol.data(), entry.symbol.size()));
  entry.venue = venue;
  entry.instrument = instrument;
  entry.cell = cell;
  entry.hash = hash_of(venue, kept);
  append(entry);
  // After the new symbol can be found, so that a reader always finds one of them.
  if (before.names > 0) {
    tables_.back()->entries[before.entry].replaced.store(true, std::memory_order_release);
  }
  size_.store(static_cast<u32>(of_cell_.size()), std::memory_order_release);
}

void Directory::append(const Entry& entry) {
  Table& table = *tables_.back();
  std::atomic<u32>& bucket = table.buckets[entry.hash & (table.capacity - 1)];
  Entry& made = table.entries[entries_];
  made.symbol = entry.symbol;
  made.length = entry.length;
  made.replaced.store(entry.replaced.load(std::memory_order_relaxed), std::memory_order_relaxed);
  made.venue = entry.venue;
  made.instrument = entry.instrument;
  made.cell = entry.cell;
  made.next = bucket.load(std::memory_order_relaxed);
  made.hash = entry.hash;
  ++entries_;
  bucket.store(entries_, std::memory_order_release);  // pairs with the load in find()
}

void Directory::grow() {
  const Table& full = *tables_.back();
  tables_.push_back(std::make_unique<Table>(2 * full.capacity));
  entries_ = 0;
  for (u32 i = 0; i < full.capacity; ++i) append(full.entries[i]);
  table_.store(tables_.back().get(), std::memory_order_release);  // pairs with the load in find()
}

std::optional<Directory::Found> Directory::find(ChannelId venue, std::string_view symbol) const {
  const Table& table = *table_.load(std::memory_order_acquire);
  const u32 hash = hash_of(venue, symbol);
  std::optional<Found> first;
  u32 at = table.buckets[hash & (table.capacity - 1)].load(std::memory_order_acquire);
  while (at != 0) {
    const Entry& entry = table.entries[at - 1];
    at = entry.next;
    if (entry.hash != hash || entry.venue != venue || entry.name() != symbol) continue;
    if (entry.replaced.load(std::memory_order_acquire)) continue;
    if (!first || entry.instrument.value < first->instrument.value) {
      first = Found{entry.cell, entry.instrument};
    }
  }
  return first;
}

}  // namespace tapedeck::pipeline
