// Prefetching: starts to load cache lines before they are needed.
#pragma once

namespace tapedeck {

/// Starts loading the cache line at `address`, which need not be valid. On x86-64 this is assembly,
/// because GCC regards a function that contains only a __builtin_prefetch as without effect, and
/// drops the calls of it.
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

/// Like prefetch(), for a line that will be written: also takes the line away from the core that
/// holds it. This is only a hint; no result depends on it.
inline void prefetch_to_write(const void* address) {
#if defined(__x86_64__)
  asm volatile("prefetchw (%0)" : : "r"(address));
#else
  __builtin_prefetch(address, 1);
#endif
}

}  // namespace tapedeck
