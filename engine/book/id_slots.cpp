#include "engine/book/id_slots.hpp"

#include <algorithm>

namespace tapedeck::book {

void IdSlots::open(Arena& arena) {
  if (arena_ != nullptr) return;
  arena_ = &arena;
  directory_ = arena.take_array<Entry>(1);
  directory_->chunk = new_chunk(0);
}

// The memory is zeroed, so that every slot is free.
IdSlots::Chunk* IdSlots::new_chunk(u32 depth) {
  auto* const chunk = arena_->take_array<Chunk>(1);
  chunk->depth = depth;
  ++chunks_;
  return chunk;
}

bool IdSlots::is_worth_it(u64 events, u64 live_orders) {
  const u64 apart = (events - events_at_decision_) / times_crowded_;
  times_crowded_ = 0;
  events_at_decision_ = events;
  if (apart > kMostApart || size() + kSlots > kMostPerOrder * live_orders) return false;
  const Chunk& chunk = chunk_of(crowded_);
  const bool doubles = u64{1} << chunk.depth == entries();
  return !doubles || entries() < kMostEntriesPerChunk * chunks_;
}

void IdSlots::double_directory() {
  const u64 before = entries();
  Entry* const twice = arena_->take_array<Entry>(2 * before);
  std::copy_n(directory_, before, twice);
  std::copy_n(directory_, before, twice + before);
  directory_ = twice;
  mask_ = 2 * before - 1;
}

// Adds the chunk that takes the ids of `lower` whose next bit is set.
IdSlots::Chunk& IdSlots::add_upper(Chunk& lower) {
  if (u64{1} << lower.depth == entries()) double_directory();
  Chunk& upper = *new_chunk(lower.depth + 1);
  const u64 bit = u64{1} << lower.depth;
  ++lower.depth;
  // Both have the entries that share the bits of the crowded id below this one.
  for (u64 at = (crowded_.value / kSlots & (bit - 1)) | bit; at < entries(); at += 2 * bit) {
    directory_[at].chunk = &upper;
  }
  return upper;
}

}  // namespace tapedeck::book
