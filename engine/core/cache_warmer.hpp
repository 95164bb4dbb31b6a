// Prefetches the used part of an arena over and over, one cache line per step. The arena's owner
// runs the warmer while there is nothing to do, so that the next events find their memory in cache.
//
// Untouched lines are evicted, because other cores and other guests of a virtual machine share the
// caches. One thread at a time; the arena's owner may call take() meanwhile. A warmer must not
// outlive the arena.
#pragma once

#include "engine/core/arena.hpp"
#include "engine/core/prefetch.hpp"

namespace tapedeck {

class CacheWarmer {
 public:
  static constexpr std::size_t kStep = 64;
  /// An arena that uses more than this is not warmed, because a round would take tens of
  /// milliseconds, and would gain little at the expense of other cores that share the cache.
  static constexpr std::size_t kMost = std::size_t{64} << 20;

  explicit CacheWarmer(const Arena& arena) : arena_(&arena) {}

  /// Prefetches the next line.
  void step() {
    if (const std::byte* const line = next()) prefetch_to_level_2(line);
  }
  /// Returns the next line; null where more than kMost bytes are in use.
  [[nodiscard]] const std::byte* next() {
    const std::size_t used = arena_->used();
    if (used > kMost) return nullptr;
    at_ += kStep;
    if (at_ >= used) at_ = 0;
    return arena_->begin() + at_;
  }

 private:
  const Arena* arena_;
  std::size_t at_ = 0;
};

}  // namespace tapedeck
