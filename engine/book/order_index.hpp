// (order id, book) -> handle: open addressing with linear probing and backward-shift deletion.
//
// One thread. Entries are 16 bytes, four to a cache line. Both parts of the key are compared, so an
// id that lives under another book is not found. The hash is keyed, so that ids chosen by someone
// else cannot be made to collide. Memory follows the most orders that were ever live together.
// Cost: no allocation but on growth, which doubles the table at five eighths full.
#pragma once

#include <bit>

#include "engine/book/handle_pool.hpp"
#include "engine/core/prefetch.hpp"

namespace tapedeck::book {

class OrderIndex {
 public:
  explicit OrderIndex(u64 key = kDefaultKey) : key_(key) { allocate(kFirstSlots); }

  /// A place in the table; good until the next insertion or erasure.
  using Place = u64;
  static constexpr Place kNowhere = ~Place{0};

  /// kNowhere where there is no such order.
  [[nodiscard]] Place locate(OrderId id, u32 book) const {
    for (Place at = home_of(id, book);; at = (at + 1) & mask_) {
      const Entry& entry = entries_[at];
      if (entry.handle == kNoHandle) return kNowhere;
      if (entry.id == id.value && entry.book == book) return at;
    }
  }
  [[nodiscard]] Handle handle_at(Place place) const { return entries_[place].handle; }
  [[nodiscard]] Handle find(OrderId id, u32 book) const {
    const Place place = locate(id, book);
    return place == kNowhere ? kNoHandle : handle_at(place);
  }
  /// Where the caller must store the new order's handle at once; null if the key is there already.
  [[nodiscard]] Handle* try_insert(OrderId id, u32 book) {
    if (size_ >= limit_) grow();
    Place at = home_of(id, book);
    for (; entries_[at].handle != kNoHandle; at = (at + 1) & mask_) {
      if (entries_[at].id == id.value && entries_[at].book == book) return nullptr;
    }
    entries_[at].id = id.value;
    entries_[at].book = book;
    ++size_;
    return &entries_[at].handle;
  }
  void erase(Place gap) {
    // Moves later entries of the same run forward, so that no tombstone is ever left behind.
    for (Place at = (gap + 1) & mask_; entries_[at].handle != kNoHandle; at = (at + 1) & mask_) {
      const Place home = home_of({entries_[at].id}, entries_[at].book);
      if (((at - home) & mask_) >= ((at - gap) & mask_)) {
        entries_[gap] = entries_[at];
        gap = at;
      }
    }
    entries_[gap].handle = kNoHandle;
    --size_;
  }
  void prefetch(OrderId id, u32 book) const { tapedeck::prefetch(&entries_[home_of(id, book)]); }
  [[nodiscard]] u64 size() const { return size_; }
  [[nodiscard]] u64 slots() const { return mask_ + 1; }

 private:
  struct Entry {
    u64 id;
    u32 book;
    Handle handle;
  };
  static_assert(sizeof(Entry) == 16);
  static constexpr u64 kFirstSlots = u64{1} << 12;
  static constexpr u64 kDefaultKey = 0x9E3779B97F4A7C15U;

  [[nodiscard]] u64 home_of(OrderId id, u32 book) const {
    // One 64 x 64 -> 128 bit product, folded: every bit of the id reaches the top bits.
    __extension__ using u128 = unsigned __int128;
    const u128 product = static_cast<u128>(id.value ^ key_) * (kMultiplier ^ (u64{book} << 17));
    return (static_cast<u64>(product >> 64) ^ static_cast<u64>(product)) >> shift_;
  }
  void place(const Entry& entry) {
    Place at = home_of({entry.id}, entry.book);
    while (entries_[at].handle != kNoHandle) at = (at + 1) & mask_;
    entries_[at] = entry;
  }
  void allocate(u64 slots) {
    pages_ = allocate_pages(slots * sizeof(Entry));
    entries_ = reinterpret_cast<Entry*>(pages_.get());
    mask_ = slots - 1;
    shift_ = 64 - static_cast<u32>(std::countr_zero(slots));
    limit_ = slots / 8 * 5;
  }
  void grow() {
    const Pages old_pages = std::move(pages_);
    const Entry* const old = entries_;
    const u64 old_slots = slots();
    allocate(old_slots * 2);
    for (u64 at = 0; at < old_slots; ++at) {
      if (old[at].handle != kNoHandle) place(old[at]);
    }
  }

  static constexpr u64 kMultiplier = 0xD6E8FEB86659FD93U;

  Entry* entries_ = nullptr;
  u64 mask_ = 0;
  u64 key_;
  u64 size_ = 0;
  u64 limit_ = 0;
  u32 shift_ = 0;
  Pages pages_;
};

}  // namespace tapedeck::book
