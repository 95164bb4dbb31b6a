// Goes round through what an arena has given, a line of memory a step, and asks for it: while its
// owner has nothing to do, so that what he will need has not gone cold when it comes.
//
// Caches forget what is not touched: other cores, and other guests of a virtual machine, share
// them. One thread at a time; the arena's owner may take meanwhile. It must not outlive the arena.
#pragma once

#include "engine/core/arena.hpp"
#include "engine/core/prefetch.hpp"

namespace tapedeck {

class CacheWarmer {
 public:
  static constexpr std::size_t kStep = 64;
  /// More than this is not gone through: a round would take tens of milliseconds, and bring little
  /// more than what other cores need of a shared cache.
  static constexpr std::size_t kMost = std::size_t{64} << 20;

  explicit CacheWarmer(const Arena& arena) : arena_(&arena) {}

  /// Asks for the line that is next.
  void step() {
    if (const std::byte* const line = next()) prefetch_to_level_2(line);
  }
  /// That line; null where too much is in use.
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
