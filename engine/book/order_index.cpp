#include "engine/book/order_index.hpp"

#include <new>

namespace tapedeck::book {

OrderIndex::OrderIndex(Arena& arena, u64 key)
    : arena_(&arena), directory_(arena.take_array<Entry>(1)), key_(key != 0 ? key : kDefaultKey) {
  directory_->segment = new_segment(0);
}

// The memory is zeroed, so that every slot is free.
OrderIndex::Segment* OrderIndex::new_segment(u32 depth) {
  auto* const segment = arena_->take_array<Segment>(1);
  segment->depth = depth;
  ++segments_;
  return segment;
}

// Splits segments until the segment of this hash has room, and returns it.
OrderIndex::Segment& OrderIndex::make_room(Hash hash) {
  while (segment_of(hash).size >= kMostInSegment) split(segment_of(hash), hash);
  return segment_of(hash);
}

// Splits the segment of this hash: entries whose next bit is set move to a segment of their own.
void OrderIndex::split(Segment& segment, Hash hash) {
  // With a secret key, only billions of orders can fill a segment this deep.
  if (segment.depth == kMostDepth) throw std::bad_alloc{};
  if (segment.depth == 32 - shift_) {
    const u64 before = u64{1} << (32 - shift_);
    Entry* const twice = arena_->take_array<Entry>(2 * before);
    for (u64 i = 0; i < before; ++i) twice[2 * i] = twice[2 * i + 1] = directory_[i];
    directory_ = twice;
    --shift_;
  }
  Segment& upper = *new_segment(segment.depth + 1);
  ++segment.depth;
  // The old segment's places in the directory are one run, whose upper half goes to the new
  // segment.
  const u32 places = u32{1} << (32 - shift_ - segment.depth);
  const u32 first = place_of(hash) & ~(2 * places - 1);
  for (u32 i = 0; i < places; ++i) directory_[first + places + i].segment = &upper;

  const auto buckets = segment.buckets;
  segment.buckets = {};
  segment.size = 0;
  const Hash bit = Hash{1} << (32 - segment.depth);
  for (const Bucket& bucket : buckets) {
    for (u32 lane = 0; lane < kSlots; ++lane) {
      const Hash each = bucket.hashes[lane];
      if (bucket.handles[lane] == kNoHandle) continue;
      put((each & bit) != 0 ? upper : segment, each) = bucket.handles[lane];
    }
  }
}

}  // namespace tapedeck::book
