// A bump allocator over one contiguous range of address space. All memory is released at once, when
// the arena is destroyed.
//
// The owner's thread calls take(); one other thread may pre-fault the pages ahead with prepare().
// Pre-faulting exists because the first access to a huge page takes half a millisecond, or 2.5 ms
// where a hypervisor has to find the memory. A thread that must not stall therefore needs its next
// pages pre-faulted.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory_resource>
#include <type_traits>

#include "engine/core/memory.hpp"

namespace tapedeck {

class Arena final : public std::pmr::memory_resource {
 public:
  /// Reserves address space for `most` bytes, rounded up to a multiple of kHugePage. Reserves less
  /// where the system does not grant that much (see reserve_pages). Throws std::bad_alloc.
  explicit Arena(std::size_t most);

  /// Returns the first byte of the range. take() never returns the first 64 bytes, which stay zero,
  /// so that an offset of 0 can mean "nothing".
  [[nodiscard]] std::byte* begin() const { return pages_.get(); }
  /// Returns zeroed memory, aligned to `alignment`, a power of two up to kHugePage. Owner's thread.
  /// Throws std::bad_alloc when the range is full.
  [[nodiscard]] std::byte* take(std::size_t bytes, std::size_t alignment);
  /// Returns room for `count` items, all bytes of which are zero. As take().
  template <class T>
  [[nodiscard]] T* take_array(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>, "nothing is constructed or destroyed");
    return reinterpret_cast<T*>(take(count * sizeof(T), alignof(T)));
  }
  /// Returns the number of bytes from begin() to the end of the last take(). Any thread.
  [[nodiscard]] std::size_t used() const { return used_.load(std::memory_order_relaxed); }
  /// Returns true if take() has entered another huge page since the last call of entered_page().
  /// Owner's thread.
  [[nodiscard]] bool entered_page() {
    const std::size_t page = used() / kHugePage;
    if (page == last_page_) [[likely]]
      return false;
    last_page_ = page;
    return true;
  }

  /// Pre-faults one huge page that take() will use soon. Returns false if the `ahead` bytes after
  /// used() are pre-faulted already, or if no memory is left. When no memory is left, take() will
  /// throw std::bad_alloc. Never waits for the owner, and delays the owner only for a moment, once
  /// per kStep bytes. Called from one thread, the owner's or another.
  bool prepare(std::size_t ahead);

 private:
  // The arena makes its memory usable in steps of this size: large enough that system calls are
  // few, and small enough that an unused rest counts little against memory limits.
  static constexpr std::size_t kStep = 8 * kHugePage;

  [[nodiscard]] std::size_t most() const { return pages_.get_deleter().bytes; }
  void make_usable(std::size_t end);
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    return take(bytes, alignment);
  }
  void do_deallocate(void* /*memory*/, std::size_t /*bytes*/, std::size_t /*alignment*/) override {}
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }

  Pages pages_;
  std::atomic<std::size_t> used_;
  std::atomic<std::size_t> usable_{0};  // bytes after begin(); never less than used_
  std::size_t last_page_ = 0;
  std::size_t ready_ = 0;  // pre-faulted bytes after begin(); used only by prepare()
};

}  // namespace tapedeck
