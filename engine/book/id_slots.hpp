// Where an order is looked for first: slots of four bytes that the low bits of its id choose.
//
// Exchanges number orders upwards, so that the ids of live orders lie close together, and nearly
// every order has a slot of its own: it is found by one load, without a hash or a comparison of
// keys, and new orders share cache lines. An order whose slot another order has is kept elsewhere,
// in the OrderIndex. Its slot counts it, so that the OrderIndex is asked only if it may have the
// answer. Ids that are scattered or chosen to collide therefore cost what the OrderIndex costs.
// One set of slots per channel. One thread.
//
// The slots lie in chunks behind a directory, which is indexed by the low bits of an id above those
// that choose the slot within a chunk (extendible hashing). A chunk in which too many orders meet
// is split in two. Invariants:
//  1. A slot's handle is that of a live order of the channel whose id chooses this slot.
//  2. A slot's count is not below the number of orders elsewhere whose ids choose it.
// Memory: one chunk, and then at most kMostPerOrder slots for each order that was ever live at once
// in all channels of the book set, for each channel whose own orders crowd its slots.
// Cost: memory is taken from the arena only on a split, which reads the orders of one chunk. A
// split may double the directory, which has one pointer a chunk or a few.
#pragma once

#include <array>
#include <cassert>
#include <span>

#include "engine/book/handle_pool.hpp"
#include "engine/core/arena.hpp"

namespace tapedeck::book {

class IdSlots {
 public:
  /// An order's handle, and in the bits that are zero in every handle the number of orders
  /// elsewhere. A count of kMany stands for all larger ones, and never becomes less.
  using Slot = u32;
  static constexpr Slot kMany = 3;
  /// Every handle is a multiple of this.
  static constexpr Handle kHandleStep = kMany + 1;

  [[nodiscard]] static Handle handle_in(Slot slot) { return slot & ~kMany; }
  [[nodiscard]] static Slot elsewhere_of(Slot slot) { return slot & kMany; }
  static void count_elsewhere(Slot& slot) {
    if (elsewhere_of(slot) < kMany) ++slot;
  }
  static void uncount_elsewhere(Slot& slot) {
    assert(elsewhere_of(slot) > 0 && "an order elsewhere has been counted");
    if (elsewhere_of(slot) < kMany) --slot;
  }

  /// Must be called before any other function. The chunks lie in `arena`, which must outlive the
  /// slots. Throws std::bad_alloc.
  void open(Arena& arena);

  /// Returns the slot that an id chooses. It stays there until the next split().
  [[nodiscard]] Slot& of(OrderId id) const { return chunk_of(id).slots[id.value % kSlots]; }

  /// Notes that the order `id` went elsewhere, because another order has its slot.
  void note_crowded(OrderId id) {
    crowded_ = id;
    ++times_crowded_;
  }
  /// Returns true if split() should be called.
  [[nodiscard]] bool is_crowded() const { return times_crowded_ >= kCrowd; }
  /// Splits the chunk of the order that was noted last, if so many orders went elsewhere that it is
  /// worth it. `events`: all that have been applied so far. `live_orders`: of the whole set, of all
  /// its channels. `id_of(handle)` returns an order's id.
  /// Returns true if slots have moved. Throws std::bad_alloc.
  template <class IdOf>
  bool split(u64 events, u64 live_orders, const IdOf& id_of) {
    if (!is_worth_it(events, live_orders)) return false;
    Chunk& lower = chunk_of(crowded_);
    Chunk& upper = add_upper(lower);
    const u64 bit = kSlots << (lower.depth - 1);
    for (u64 i = 0; i < kSlots; ++i) {
      const Slot slot = lower.slots[i];
      if (slot == 0) continue;
      // It is not known on which side the orders elsewhere are, so both sides count them.
      upper.slots[i] = elsewhere_of(slot);
      if (handle_in(slot) == kNoHandle || (id_of(handle_in(slot)).value & bit) == 0) continue;
      upper.slots[i] = slot;
      lower.slots[i] = elsewhere_of(slot);
    }
    return true;
  }

  /// Returns the number of slots. Any thread may call it after the run.
  [[nodiscard]] u64 size() const { return chunks_ * kSlots; }

 private:
  static constexpr u64 kSlots = 2048;
  static constexpr u64 kMostPerOrder = 6;
  // A directory with more entries for each chunk is a sign of ids that were chosen to collide.
  static constexpr u64 kMostEntriesPerChunk = 8;
  // A chunk is split when kCrowd orders went elsewhere within kCrowd * kMostApart events.
  static constexpr u64 kCrowd = 16;
  static constexpr u64 kMostApart = 64;

  struct alignas(64) Chunk {
    std::array<Slot, kSlots> slots;
    u32 depth;  // number of low bits above the slot's that all ids of the chunk share
  };
  struct Entry {
    Chunk* chunk;
  };

  [[nodiscard]] u64 entries() const { return mask_ + 1; }
  [[nodiscard]] Chunk& chunk_of(OrderId id) const {
    return *directory_[id.value / kSlots & mask_].chunk;
  }
  [[nodiscard]] bool is_worth_it(u64 events, u64 live_orders);
  void double_directory();
  [[nodiscard]] Chunk& add_upper(Chunk& lower);
  [[nodiscard]] Chunk* new_chunk(u32 depth);

  Entry* directory_ = nullptr;  // in the arena, too
  u64 mask_ = 0;                // the number of its entries, which is a power of two, less one
  Arena* arena_ = nullptr;
  u64 chunks_ = 0;
  OrderId crowded_{0};
  u64 times_crowded_ = 0;       // since split() was last called
  u64 events_at_decision_ = 0;  // at that time
};

}  // namespace tapedeck::book
