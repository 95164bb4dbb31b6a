// A hash table from (order id, book) to the handle of the order.
//
// One thread. The index stores no keys, because the order that a handle names contains its own key.
// A lookup therefore takes a predicate that says whether a handle names the wanted order. Nearly
// every entry with an equal hash is the wanted one. The hash is keyed, so that an outsider cannot
// choose order ids that collide.
//
// A bucket is one cache line of seven entries, which are compared at once. When a bucket is full,
// further entries go to the next bucket, and the full bucket counts them. Because of this count,
// the lookup of an absent key normally ends at the first bucket, and erasing leaves no tombstones.
// The buckets lie in small segments behind a directory (extendible hashing). A segment that fills
// up is split in two. A split moves a few thousand entries at most, however large the index is.
// Memory depends on the largest number of orders that were ever live at once: 15 to 30 bytes per
// order.
// Cost: memory is taken from the arena only on a split. A split may double the directory, which
// writes each of the directory's pointers twice.
#pragma once

#include <array>
#include <bit>
#include <cassert>

#include "engine/book/handle_pool.hpp"
#include "engine/core/arena.hpp"
#include "engine/core/prefetch.hpp"
#include "engine/core/simd.hpp"

namespace tapedeck::book {

class OrderIndex {
 public:
  /// `key` 0 stands for a fixed key. The segments lie in `arena`, which must outlive the index.
  explicit OrderIndex(Arena& arena, u64 key = 0);

  /// The hash of (order id, book); never 0. The index stores this hash instead of the key. The hash
  /// of a key stays the same as long as the index lives.
  using Hash = u32;
  /// The part of the hash computation that depends only on the book, for callers that hash many ids
  /// of one book.
  using Salt = u64;
  [[nodiscard]] static Salt salt_of(u32 book) { return kMultiplier ^ (u64{book} << 17); }
  [[nodiscard]] Hash hash_of(OrderId id, Salt salt) const {
    // Folds a 64 x 64 -> 128 bit product, so that every bit of the id affects every bit of the
    // hash.
    __extension__ using u128 = unsigned __int128;
    const u128 product = static_cast<u128>(id.value ^ key_) * salt;
    const u64 folded = static_cast<u64>(product >> 64) ^ static_cast<u64>(product);
    return static_cast<Hash>(folded >> 32) | 1;
  }

  /// Returns the handle with this hash for which `is_it(handle)` is true; kNoHandle if there is
  /// none.
  template <class IsIt>
  [[nodiscard]] Handle find(Hash hash, IsIt&& is_it) const {
    assert(hash != 0);
    return find_in(segment_of(hash), hash, is_it);
  }
  /// Returns the first handle with this hash in the bucket that the hash selects, without looking
  /// at later buckets; kNoHandle if there is none. This is nearly always the result of find().
  [[nodiscard]] Handle guess(Hash hash) const {
    const Bucket& bucket = segment_of(hash).buckets[home_of(hash)];
    // The bit of the spare lane is also set, so that no branch is needed when no lane matches. The
    // handle in the spare lane is always kNoHandle.
    const u32 lanes = bucket.lanes_with(hash) | (u32{1} << kSlots);
    return bucket.handles[lowest(lanes)];
  }
  /// Inserts an entry with this hash. Returns the entry's handle slot, in which the caller must
  /// store the new order's handle at once. Returns null and inserts nothing if `is_it` is true for
  /// a handle that is in the index already. Throws std::bad_alloc.
  template <class IsIt>
  [[nodiscard]] Handle* try_insert(Hash hash, IsIt&& is_it) {
    assert(hash != 0);
    Segment* segment = &segment_of(hash);
    if (find_in(*segment, hash, is_it) != kNoHandle) [[unlikely]]
      return nullptr;
    if (segment->size >= kMostInSegment) [[unlikely]]
      segment = &make_room(hash);
    ++size_;
    return &put(*segment, hash);
  }
  /// Erases the entry of `hash` and `handle`, which must be in the index.
  void erase(Hash hash, Handle handle) {
    assert(handle != kNoHandle);
    Segment& segment = segment_of(hash);
    for (u32 at = home_of(hash);; at = after(at)) {
      Bucket& bucket = segment.buckets[at];
      const u32 lane = bucket.lane_of(handle);
      if (lane < kSlots) [[likely]] {
        bucket.hashes[lane] = 0;
        bucket.handles[lane] = kNoHandle;
        break;
      }
      assert(bucket.sent_on() > 0 && "the pair is in the index");
      --bucket.sent_on();
    }
    --segment.size;
    --size_;
  }
  void prefetch(Hash hash) const { tapedeck::prefetch(&segment_of(hash).buckets[home_of(hash)]); }
  [[nodiscard]] u64 size() const { return size_; }
  [[nodiscard]] u64 segments() const { return segments_; }

 private:
  [[nodiscard]] static u32 lowest(u32 lanes) { return static_cast<u32>(std::countr_zero(lanes)); }

  static constexpr u32 kSlots = 7;
  static constexpr u32 kBuckets = 512;
  // A segment is split when it is five eighths full, because beyond that too many of its buckets
  // are full.
  static constexpr u32 kMostInSegment = kBuckets * kSlots / 8 * 5;

  struct alignas(64) Bucket {
    std::array<Hash, kSlots + 1> hashes;     // 0: free; the last element is sent_on()
    std::array<Handle, kSlots + 1> handles;  // the last element is always kNoHandle

    // Returns the number of entries that skipped this bucket because it was full, and lie in a
    // later one. The search for them began at this bucket or at an earlier one.
    [[nodiscard]] u32& sent_on() { return hashes[kSlots]; }
    [[nodiscard]] u32 sent_on() const { return hashes[kSlots]; }
    [[nodiscard]] u32 lanes_with(Hash hash) const {
      return same_lanes(hashes.data(), hash) & kEveryLane;
    }
    /// Returns the lane that holds `handle`; kSlots if no lane does.
    [[nodiscard]] u32 lane_of(Handle handle) const {
      return lowest((same_lanes(handles.data(), handle) & kEveryLane) | kPastLast);
    }
    static constexpr u32 kPastLast = u32{1} << kSlots;
    static constexpr u32 kEveryLane = kPastLast - 1;
  };
  static_assert(sizeof(Bucket) == 64, "a bucket is one cache line");
  struct Segment {
    std::array<Bucket, kBuckets> buckets;
    u32 size;
    u32 depth;  // number of top hash bits that all entries of the segment share
  };

  struct Entry {
    Segment* segment;
  };

  static constexpr u64 kDefaultKey = 0x9E3779B97F4A7C15U;
  static constexpr u64 kMultiplier = 0xD6E8FEB86659FD93U;
  // Of a hash's 32 bits, bit 0 is always set and the next nine choose the bucket, so that the top
  // 22 are left for the directory.
  static constexpr u32 kMostDepth = 22;
  static_assert(kBuckets == u32{1} << (31 - kMostDepth));

  [[nodiscard]] static u32 home_of(Hash hash) { return (hash >> 1) & (kBuckets - 1); }
  [[nodiscard]] static u32 after(u32 at) { return (at + 1) & (kBuckets - 1); }
  [[nodiscard]] u32 place_of(Hash hash) const { return static_cast<u32>(u64{hash} >> shift_); }
  [[nodiscard]] Segment& segment_of(Hash hash) const { return *directory_[place_of(hash)].segment; }

  template <class IsIt>
  [[nodiscard]] static Handle find_in(const Segment& segment, Hash hash, IsIt& is_it) {
    u32 at = home_of(hash);
    for (u32 looked_at = 0; looked_at < kBuckets; ++looked_at, at = after(at)) {
      const Bucket& bucket = segment.buckets[at];
      for (u32 lanes = bucket.lanes_with(hash); lanes != 0; lanes &= lanes - 1) {
        const Handle handle = bucket.handles[lowest(lanes)];
        if (is_it(handle)) return handle;
      }
      if (bucket.sent_on() == 0) [[likely]]
        break;
    }
    return kNoHandle;
  }
  // Stores `hash` in the first free slot, and returns the slot's handle. The segment must have a
  // free slot.
  static Handle& put(Segment& segment, Hash hash) {
    assert(segment.size < kBuckets * kSlots);
    u32 at = home_of(hash);
    for (;; at = after(at)) {
      Bucket& bucket = segment.buckets[at];
      const u32 lane = bucket.lane_of(kNoHandle);
      if (lane < kSlots) [[likely]] {
        bucket.hashes[lane] = hash;
        ++segment.size;
        return bucket.handles[lane];
      }
      ++bucket.sent_on();
    }
  }
  [[nodiscard]] Segment* new_segment(u32 depth);
  Segment& make_room(Hash hash);
  void split(Segment& segment, Hash hash);

  Arena* arena_;
  Entry* directory_;  // in the arena; indexed by the top bits of a hash: hash >> shift_
  u32 shift_ = 32;
  u64 key_;
  u64 size_ = 0;
  u64 segments_ = 0;
};

}  // namespace tapedeck::book
