// Whether the system has given memory to a stretch of address space yet.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <thread>

#include <sys/mman.h>

#include "engine/core/memory.hpp"

namespace tapedeck::test {

/// Of the huge page's worth that begins at `from`, which lies on the border of a page: all of it.
inline bool is_resident(std::byte* from) {
  constexpr std::size_t kSmallPage = 4096;
  std::array<unsigned char, kHugePage / kSmallPage> pages{};
  if (::mincore(from, kHugePage, pages.data()) != 0) return false;
  for (const unsigned char page : pages) {
    if ((page & 1) == 0) return false;
  }
  return true;
}

/// Waits for another thread to make it so, for as long as a very busy machine may take.
inline bool becomes_resident(std::byte* from) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (std::chrono::steady_clock::now() < give_up) {
    if (is_resident(from)) return true;
    std::this_thread::yield();
  }
  return false;
}

/// False on kernels before Linux 5.14, where populate_pages() does nothing. The system itself is
/// asked: were it populate_pages(), a broken one would have its tests skipped.
inline bool can_populate() {
  const Pages probe = allocate_pages(kHugePage);
  return ::madvise(probe.get(), kHugePage, MADV_POPULATE_WRITE) == 0;
}

}  // namespace tapedeck::test
