// A pool of equal, small, trivially copyable items behind 32-bit handles.
//
// Items lie in an arena and never move. The pool takes slices of 64 KiB from the arena, enough for
// some thousand items, and does not touch an item's memory before take() returns the item. take()
// never returns handle 0, which means "none". Memory for an item of handle 0 exists and is all
// zero, so code may look up handle 0 without a test: it finds an item that belongs to no book.
// One thread.
// A handle is an item's offset from the arena's beginning, in words of eight bytes. Processors can
// scale an index by eight within an address, so an access to an item costs no extra instruction.
// Cost: take() and release() are a few loads and stores.
#pragma once

#include <cassert>
#include <type_traits>

#include "engine/core/arena.hpp"

namespace tapedeck::book {

using Handle = u32;
inline constexpr Handle kNoHandle = 0;

/// The largest size of a pool's arena in bytes: as many as handles can address.
#ifdef TAPEDECK_SANITIZED
// Smaller under sanitizers, because they reserve more address space for every mapping.
inline constexpr std::size_t kMostPoolBytes = std::size_t{1} << 30;
#else
inline constexpr std::size_t kMostPoolBytes = (std::size_t{1} << 32) * sizeof(u64);
#endif

/// `next_of(T&)` returns a reference to an item's handle field that links the free items. A taken
/// item may use this field for another purpose.
template <class T>
class HandlePool {
  static_assert(std::is_trivially_copyable_v<T>, "items are raw memory; nothing is constructed");
  static_assert((sizeof(T) & (sizeof(T) - 1)) == 0, "an item must not straddle cache lines");
  static_assert(sizeof(T) >= sizeof(u64) && alignof(T) <= sizeof(u64));

 public:
  /// The arena must have at most kMostPoolBytes, because handles cannot address more.
  explicit HandlePool(Arena& arena)
      : arena_(arena), words_(reinterpret_cast<u64*>(arena.begin())) {}
  HandlePool(const HandlePool&) = delete;
  HandlePool& operator=(const HandlePool&) = delete;

  /// Throws std::bad_alloc when the system has no memory left or all handles are taken.
  [[nodiscard]] Handle take() {
    if (free_ != kNoHandle) {
      const Handle handle = free_;
      free_ = next_of(at(handle));
      return handle;
    }
    if (fresh_ == end_) [[unlikely]]
      grow();
    const u64 handle = fresh_;
    fresh_ += kStep;
    return static_cast<Handle>(handle);
  }
  void release(Handle handle) {
    assert(handle != kNoHandle);
    assert(handle != free_ && "an item is given back once");
    next_of(at(handle)) = free_;
    free_ = handle;
  }
  [[nodiscard]] T& at(Handle handle) {
    assert(was_taken(handle));
    return *reinterpret_cast<T*>(words_ + handle);
  }
  [[nodiscard]] const T& at(Handle handle) const {
    assert(was_taken(handle));
    return *reinterpret_cast<const T*>(words_ + handle);
  }
  /// Returns the item at a handle that may be out of date. BookSet's look-ahead reads such a handle
  /// from an item that may have been released. The handle still lies within the arena, but the item
  /// found there is only a hint.
  [[nodiscard]] const T& guess_at(Handle handle) const {
    assert(u64{handle} * sizeof(u64) < arena_.used());
    return *reinterpret_cast<const T*>(words_ + handle);
  }

 private:
  static constexpr u64 kStep = sizeof(T) / sizeof(u64);
  static constexpr std::size_t kSlice = std::size_t{64} << 10;

  // Returns true if take() may have returned this handle, and for kNoHandle. The test is exact in
  // the slice in use. In older slices every item has been taken at least once.
  [[nodiscard]] bool was_taken(Handle handle) const {
    return handle % kStep == 0 && u64{handle} * sizeof(u64) < arena_.used() &&
           (handle < fresh_ || handle >= end_);
  }
  [[gnu::noinline]] void grow() {
    const std::byte* const slice = arena_.take(kSlice, sizeof(T));
    fresh_ = static_cast<u64>(slice - arena_.begin()) / sizeof(u64);
    end_ = fresh_ + kSlice / sizeof(u64);
  }

  Arena& arena_;
  u64* words_;
  Handle free_ = kNoHandle;
  u64 fresh_ = 0;  // the first handle that was never taken
  u64 end_ = 0;    // the end of the slice that fresh_ lies in
};

}  // namespace tapedeck::book
