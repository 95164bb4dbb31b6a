#include "engine/core/memory.hpp"

#include <fstream>
#include <new>
#include <string>

#include <sys/mman.h>

namespace tapedeck {

void PagesDeleter::operator()(std::byte* memory) const {
  ::munmap(memory, bytes);
}

Pages allocate_pages(std::size_t bytes) {
  // mmap aligns to small pages only: ask for one huge page more and give the ends back.
  const bool huge = bytes >= kHugePage;
  const std::size_t asked = huge ? bytes + kHugePage : bytes;
  void* raw = ::mmap(nullptr, asked, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (raw == MAP_FAILED) throw std::bad_alloc{};
  auto* start = static_cast<std::byte*>(raw);
  if (huge) {
    void* aligned = start;
    std::size_t space = asked;
    std::align(kHugePage, bytes, aligned, space);
    auto* kept = static_cast<std::byte*>(aligned);
    if (kept != start) ::munmap(start, static_cast<std::size_t>(kept - start));
    const std::size_t tail = space - bytes;
    if (tail != 0) ::munmap(kept + bytes, tail);
    start = kept;
    // Only advice: without huge pages everything works, a little slower.
    (void)::madvise(start, bytes, MADV_HUGEPAGE);
  }
  return Pages{start, PagesDeleter{bytes}};
}

u64 peak_rss_bytes() {
  std::ifstream status{"/proc/self/status"};
  for (std::string word; status >> word;) {
    if (word == "VmHWM:") {
      u64 kib = 0;
      status >> kib;
      return kib * 1024;
    }
  }
  return 0;
}

}  // namespace tapedeck
