// Prefetches the used part of an arena again and again, one cache line per step. The thread that
// owns the arena runs the warmer while it has no events, so that the next events find the arena's
// memory in the cache.
//
// Without the warmer, lines that are not used for a while are evicted, because other cores and
// other virtual machines share the caches. One thread at a time calls the warmer. The arena's owner
// may call Arena::take() meanwhile. A warmer must not outlive the arena.
#pragma once

#include "engine/core/arena.hpp"
#include "engine/core/prefetch.hpp"

namespace tapedeck {

class CacheWarmer {
 public:
  static constexpr std::size_t kStep = 64;
  /// An arena that uses more bytes than this is not warmed: a round would take tens of
  /// milliseconds, gain little, and evict the lines of other cores that share the cache.
  static constexpr std::size_t kMost = std::size_t{64} << 20;

  explicit CacheWarmer(const Arena& arena) : arena_(&arena) {}

  /// Prefetches the next line.
  void step() {
    if (const std::byte* const line = next()) prefetch_to_level_2(line);
  }
  /// Returns the next line, or null if more than kMost bytes are in use.
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
