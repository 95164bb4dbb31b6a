#include "engine/core/memory.hpp"

#include <fstream>
#include <limits>
#include <new>
#include <string>

#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace tapedeck {

void PagesDeleter::operator()(std::byte* memory) const {
  ::munmap(memory, bytes);
}

namespace {

constexpr int kReadWrite = PROT_READ | PROT_WRITE;

// mmap aligns to small pages only, so that this maps one huge page more and unmaps the ends. Null
// when the system refuses.
std::byte* map_aligned(std::size_t bytes, int protection, int flags) {
  const std::size_t asked = bytes + kHugePage;
  void* raw = ::mmap(nullptr, asked, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  if (raw == MAP_FAILED) return nullptr;
  auto* const start = static_cast<std::byte*>(raw);
  void* aligned = start;
  std::size_t space = asked;
  std::align(kHugePage, bytes, aligned, space);
  auto* const kept = static_cast<std::byte*>(aligned);
  if (kept != start) ::munmap(start, static_cast<std::size_t>(kept - start));
  const std::size_t tail = space - bytes;
  if (tail != 0) ::munmap(kept + bytes, tail);
  return kept;
}

// Only advice: without huge pages everything works, a little slower.
void advise_huge(std::byte* start, std::size_t bytes) {
  (void)::madvise(start, bytes, MADV_HUGEPAGE);
}

}  // namespace

Pages allocate_pages(std::size_t bytes) {
  if (bytes < kHugePage) {
    void* raw = ::mmap(nullptr, bytes, kReadWrite, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (raw == MAP_FAILED) throw std::bad_alloc{};
    return Pages{static_cast<std::byte*>(raw), PagesDeleter{bytes}};
  }
  std::byte* const start = map_aligned(bytes, kReadWrite, 0);
  if (start == nullptr) throw std::bad_alloc{};
  advise_huge(start, bytes);
  return Pages{start, PagesDeleter{bytes}};
}

Pages reserve_pages(std::size_t most) {
  // Where address space is short, other users need some of it too. So this then takes little, and
  // not all that is left.
  constexpr std::size_t kModest = std::size_t{1} << 30;
  for (std::size_t bytes = most; bytes >= kHugePage;
       bytes = bytes > kModest ? kModest : bytes / 4) {
    std::byte* const start = map_aligned(bytes, PROT_NONE, MAP_NORESERVE);
    if (start == nullptr) continue;
    advise_huge(start, bytes);
    return Pages{start, PagesDeleter{bytes}};
  }
  throw std::bad_alloc{};
}

void commit_pages(std::byte* from, std::size_t bytes) {
  if (::mprotect(from, bytes, kReadWrite) != 0) throw std::bad_alloc{};
}

void populate_pages(std::byte* from, std::size_t bytes) {
  (void)::madvise(from, bytes, MADV_POPULATE_WRITE);
}

u64 address_space_left() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return std::numeric_limits<u64>::max();
  }
  std::ifstream sizes{"/proc/self/statm"};
  u64 pages = 0;
  sizes >> pages;
  const u64 used = pages * static_cast<u64>(::sysconf(_SC_PAGESIZE));
  return limit.rlim_cur > used ? limit.rlim_cur - used : 0;
}

void be_sparing_with_address_space() {
  if (address_space_left() == std::numeric_limits<u64>::max()) return;
  // No other thread is there yet. NOLINTNEXTLINE(concurrency-mt-unsafe)
  (void)::mallopt(M_ARENA_MAX, 1);
}

u64 physical_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  return pages > 0 ? static_cast<u64>(pages) * static_cast<u64>(::sysconf(_SC_PAGESIZE)) : 0;
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
