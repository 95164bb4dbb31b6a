// Asking for memory before it is needed.
#pragma once

namespace tapedeck {

/// Starts loading the cache line at `address`, which need not be valid. Not __builtin_prefetch:
/// GCC takes a function that does nothing else for one without effect and drops the calls to it.
inline void prefetch(const void* address) {
#if defined(__x86_64__)
  asm volatile("prefetcht0 (%0)" : : "r"(address));
#else
  __builtin_prefetch(address);
#endif
}

/// The same into the level-2 cache only, for what may be needed some time.
inline void prefetch_to_level_2(const void* address) {
#if defined(__x86_64__)
  asm volatile("prefetcht1 (%0)" : : "r"(address));
#else
  __builtin_prefetch(address, 0, 2);
#endif
}

/// Like prefetch(), and takes it from the core that has it: it will be written. A hint that is
/// never wrong.
inline void prefetch_to_write(const void* address) {
#if defined(__x86_64__)
  asm volatile("prefetchw (%0)" : : "r"(address));
#else
  __builtin_prefetch(address, 1);
#endif
}

}  // namespace tapedeck
