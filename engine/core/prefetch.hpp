// Prefetching: starts to load cache lines before they are needed.
#pragma once

namespace tapedeck {

/// Starts loading the cache line at `address`, which need not be valid. Does not use
/// __builtin_prefetch, because GCC takes a function that does nothing else as one without effect
/// and drops the calls to it.
inline void prefetch(const void* address) {
#if defined(__x86_64__)
  asm volatile("prefetcht0 (%0)" : : "r"(address));
#else
  __builtin_prefetch(address);
#endif
}

/// Starts loading into the level-2 cache only, for data that may be needed later.
inline void prefetch_to_level_2(const void* address) {
#if defined(__x86_64__)
  asm volatile("prefetcht1 (%0)" : : "r"(address));
#else
  __builtin_prefetch(address, 0, 2);
#endif
}

/// Like prefetch(), but also takes the line away from the core that holds it, because it will be
/// written. Only a hint: no result depends on it.
inline void prefetch_to_write(const void* address) {
#if defined(__x86_64__)
  asm volatile("prefetchw (%0)" : : "r"(address));
#else
  __builtin_prefetch(address, 1);
#endif
}

}  // namespace tapedeck
