// Memory in large aligned pieces, and how much of it the process uses.
#pragma once

#include <cstddef>
#include <memory>

#include "engine/core/types.hpp"

namespace tapedeck {

/// One huge page on x86-64: pools grow by this much, so that the system can back them with one.
inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

struct PagesDeleter {
  std::size_t bytes = 0;
  void operator()(std::byte* memory) const;
};
using Pages = std::unique_ptr<std::byte[], PagesDeleter>;

/// Zeroed memory, aligned to kHugePage and advised to be huge pages when it is that large.
/// Throws std::bad_alloc.
[[nodiscard]] Pages allocate_pages(std::size_t bytes);

/// Address space for `most` bytes, a multiple of kHugePage, or, where the system does not grant
/// that, for a gigabyte or less; aligned to kHugePage, advised to be huge pages. Nothing of it is
/// usable before commit_pages(): until then it costs nothing, counts against no limit but that of
/// address space, and is in no core dump. Throws std::bad_alloc when not even one huge page is to
/// be had.
[[nodiscard]] Pages reserve_pages(std::size_t most);
/// Makes a part of a reservation usable, zeroed; what is usable already stays as it is. Memory is
/// taken as it is written to. `from` and `bytes` are multiples of kHugePage. Any thread. Throws
/// std::bad_alloc.
void commit_pages(std::byte* from, std::size_t bytes);
/// Takes the memory of these pages now, whatever they hold, and not when they are written to.
/// Only advice: where the system does not know how, nothing changes.
void populate_pages(std::byte* from, std::size_t bytes);

/// How much address space the process may still take, by its own limit (RLIMIT_AS); the largest
/// number there is where nothing is limited.
[[nodiscard]] u64 address_space_left();
/// Where address space is limited: has malloc take it for all threads together, and not 128 MiB
/// ahead for each. Before the first thread.
void be_sparing_with_address_space();
/// The machine's memory; 0 where that is not known.
[[nodiscard]] u64 physical_memory();

/// The process's peak resident memory (VmHWM of /proc/self/status); 0 where that is not known.
[[nodiscard]] u64 peak_rss_bytes();

}  // namespace tapedeck
