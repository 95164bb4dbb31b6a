// Memory in large aligned pieces, and how much of it the process uses.
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <vector>

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

/// Address space for `most` bytes or, where the system does not grant that, for a gigabyte or less,
/// aligned to kHugePage; of which nothing is usable before commit_pages(). It costs no memory.
/// Throws std::bad_alloc when not even one huge page is to be had.
[[nodiscard]] Pages reserve_pages(std::size_t most);
/// Makes the next bytes of a reservation usable: zeroed, advised to be huge pages. `from` and
/// `bytes` are multiples of kHugePage. Throws std::bad_alloc.
void commit_pages(std::byte* from, std::size_t bytes);

/// Gives out huge pages, whole, and takes them back only when it goes: what lies beneath a
/// std::pmr resource whose small pieces shall not cost a page of address translation each.
/// One thread.
class HugePages final : public std::pmr::memory_resource {
 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* /*memory*/, std::size_t /*bytes*/, std::size_t /*alignment*/) override {}
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::vector<Pages> pages_;
};

/// The process's peak resident memory (VmHWM of /proc/self/status); 0 where that is not known.
[[nodiscard]] u64 peak_rss_bytes();

}  // namespace tapedeck
