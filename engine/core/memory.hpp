// Memory in large aligned pieces, and how much of it the process uses.
#pragma once

#include <cstddef>
#include <memory>

#include "engine/core/types.hpp"

namespace tapedeck {

/// The size of a huge page on x86-64. Large pieces are aligned to it, so that the system can back
/// them with huge pages.
inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

struct PagesDeleter {
  std::size_t bytes = 0;
  void operator()(std::byte* memory) const;
};
using Pages = std::unique_ptr<std::byte[], PagesDeleter>;

/// Returns zeroed memory. A piece of at least kHugePage bytes is aligned to kHugePage and advised
/// to be huge pages.
/// Throws std::bad_alloc.
[[nodiscard]] Pages allocate_pages(std::size_t bytes);

/// Reserves address space for `most` bytes, a multiple of kHugePage, or for a gigabyte or less
/// where the system does not grant that. The space is aligned to kHugePage and advised to be huge
/// pages. No part of it is usable before commit_pages(): until then it costs nothing, counts only
/// against the limit of address space, and is in no core dump. Throws std::bad_alloc when not even
/// one huge page can be reserved.
[[nodiscard]] Pages reserve_pages(std::size_t most);
/// Makes a part of a reservation usable and zeroed; pages that are usable already stay as they are.
/// The system provides a page's memory when the page is first written. `from` and `bytes` are
/// multiples of kHugePage. Any thread. Throws std::bad_alloc.
void commit_pages(std::byte* from, std::size_t bytes);
/// Faults these pages in now, and not when they are first written; their contents stay. This is
/// advice only: where the system does not support it, nothing changes.
void populate_pages(std::byte* from, std::size_t bytes);

/// Returns how many bytes of address space the process may still take by its limit (RLIMIT_AS); the
/// largest u64 where there is no limit.
[[nodiscard]] u64 address_space_left();
/// Makes malloc share one arena among all threads where address space is limited, instead of taking
/// 128 MiB ahead for each thread. Must be called before the first thread starts.
void be_sparing_with_address_space();
/// The machine's memory in bytes; 0 where that is not known.
[[nodiscard]] u64 physical_memory();

/// The process's peak resident memory in bytes (VmHWM of /proc/self/status); 0 where that is not
/// known.
[[nodiscard]] u64 peak_rss_bytes();

}  // namespace tapedeck
