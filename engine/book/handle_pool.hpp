// A pool of equal, small, trivially copyable items behind 32-bit handles.
//
// Items never move: a handle stays good until it is given back, growth adds a chunk of one huge
// page and touches no item. Handle 0 is never given out and means "none". One thread.
// Cost: take and give are a few loads and stores; every 64 Ki items, one mmap.
#pragma once

#include <new>
#include <type_traits>
#include <vector>

#include "engine/core/memory.hpp"

namespace tapedeck::book {

using Handle = u32;
inline constexpr Handle kNoHandle = 0;

/// `kNext` is the member that links free items; it may serve another purpose while taken.
template <class T, Handle T::*kNext>
class HandlePool {
  static_assert(std::is_trivially_copyable_v<T>, "chunks are raw pages; nothing is constructed");
  static_assert((sizeof(T) & (sizeof(T) - 1)) == 0, "an item must not straddle cache lines");

 public:
  /// Throws std::bad_alloc when the system has no memory left or 2^32 items are taken.
  [[nodiscard]] Handle take() {
    if (free_ != kNoHandle) {
      const Handle handle = free_;
      free_ = at(handle).*kNext;
      ++live_;
      return handle;
    }
    if (fresh_ == end_) grow();
    ++live_;
    return fresh_++;
  }
  void give(Handle handle) {
    at(handle).*kNext = free_;
    free_ = handle;
    --live_;
  }
  [[nodiscard]] T& at(Handle handle) { return chunks_[handle >> kChunkBits][handle & kMask]; }
  [[nodiscard]] const T& at(Handle handle) const {
    return chunks_[handle >> kChunkBits][handle & kMask];
  }
  [[nodiscard]] u32 live() const { return live_; }

 private:
  static constexpr u32 kChunkBits = 16;
  static constexpr u32 kChunkItems = u32{1} << kChunkBits;
  static constexpr u32 kMask = kChunkItems - 1;

  void grow() {
    if (chunks_.size() == (std::size_t{1} << (32 - kChunkBits))) throw std::bad_alloc{};
    pages_.push_back(allocate_pages(sizeof(T) * kChunkItems));
    chunks_.push_back(reinterpret_cast<T*>(pages_.back().get()));
    fresh_ = static_cast<Handle>((chunks_.size() - 1) << kChunkBits);
    end_ = fresh_ + kChunkItems;  // wraps to 0 on the last chunk, which take() compares as equal
    if (fresh_ == kNoHandle) ++fresh_;
  }

  std::vector<T*> chunks_;
  Handle free_ = kNoHandle;
  Handle fresh_ = 0;
  Handle end_ = 0;
  u32 live_ = 0;
  std::vector<Pages> pages_;
};

}  // namespace tapedeck::book
