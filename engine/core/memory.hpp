// Allocates memory in large aligned pieces, and reports the memory of the process and of the
// machine.
#pragma once

#include <cstddef>
#include <memory>

#include "engine/core/types.hpp"

namespace tapedeck {

/// The size of a huge page on x86-64. Large pieces are aligned to this size, so that the system can
/// back them with huge pages.
inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

struct PagesDeleter {
  std::size_t bytes = 0;
  void operator()(std::byte* memory) const;
};
using Pages = std::unique_ptr<std::byte[], PagesDeleter>;

/// Returns zeroed memory. If at least kHugePage bytes are asked for, the memory is aligned to
/// kHugePage, and the system is advised to use huge pages.
/// Throws std::bad_alloc.
[[nodiscard]] Pages allocate_pages(std::size_t bytes);

/// Reserves address space for `most` bytes, a multiple of kHugePage. Where the system does not
/// grant that, reserves a gigabyte or less. The space is aligned to kHugePage, and the system is
/// advised to use huge pages. No part of the space is usable before commit_pages(). Until then it
/// takes no memory, counts only against the limit of address space, and is in no core dump. Throws
/// std::bad_alloc when not even 4 MiB can be reserved.
[[nodiscard]] Pages reserve_pages(std::size_t most);
/// Makes a part of a reservation usable and zeroed. Pages that are usable already keep their
/// contents. The system provides a page's memory when the page is first written. `from` and `bytes`
/// are multiples of kHugePage. Any thread. Throws std::bad_alloc.
void commit_pages(std::byte* from, std::size_t bytes);
/// Faults these pages in now instead of at their first write. Their contents stay. This is advice
/// only: where the system does not support it, nothing changes.
void populate_pages(std::byte* from, std::size_t bytes);

/// Returns how many more bytes of address space the limit RLIMIT_AS allows the process; the largest
/// u64 if there is no limit.
[[nodiscard]] u64 address_space_left();
/// If address space is limited, makes malloc share one arena among all threads instead of reserving
/// 128 MiB for each thread. Must be called before the first thread starts.
void be_sparing_with_address_space();
/// Returns the machine's memory in bytes; 0 if it is not known.
[[nodiscard]] u64 physical_memory();

/// Returns the process's peak resident memory in bytes (VmHWM of /proc/self/status); 0 if it is not
/// known.
[[nodiscard]] u64 peak_rss_bytes();

}  // namespace tapedeck
