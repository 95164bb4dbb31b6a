// Memory that is only added to, all of it in one stretch of address space, given back as a whole.
//
// The owner's thread takes; one other thread may keep the pages ahead ready (prepare()). Entering a
// page that was never used is the dearest thing a program does with memory: half a millisecond for
// a huge one, 2.5 where a hypervisor has to find it first. So whoever must not stall should find
// his next pages there.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory_resource>

#include "engine/core/memory.hpp"

namespace tapedeck {

class Arena final : public std::pmr::memory_resource {
 public:
  /// Room for `most` bytes or, where the system does not grant that, for less (reserve_pages).
  /// `most` is rounded up to kHugePage. Throws std::bad_alloc.
  explicit Arena(std::size_t most);

  /// The first byte of the stretch. The first 64 bytes are nobody's and stay zero, so that an
  /// offset of 0 can mean "nothing".
  [[nodiscard]] std::byte* begin() const { return pages_.get(); }
  /// Zeroed, aligned to `alignment`, a power of two up to kHugePage. Owner's thread.
  /// Throws std::bad_alloc when the stretch is full.
  [[nodiscard]] std::byte* take(std::size_t bytes, std::size_t alignment);
  /// Bytes from the beginning to the end of what was taken. Any thread.
  [[nodiscard]] std::size_t used() const { return used_.load(std::memory_order_relaxed); }
  /// True once for every time that what is taken has got into another page. Owner's thread.
  [[nodiscard]] bool entered_page() {
    const std::size_t page = used() / kHugePage;
    if (page == last_page_) [[likely]]
      return false;
    last_page_ = page;
    return true;
  }

  /// Makes one page ready that will be taken soon; false when `ahead` bytes beyond what is taken
  /// are, or when there is no memory, which is for the owner to meet. Never waits for the owner,
  /// nor makes him wait but for a moment, once in kStep. One thread, the owner's or another.
  bool prepare(std::size_t ahead);

 private:
  // What becomes usable at a time: system calls are few, and so is what counts against limits.
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
  std::atomic<std::size_t> usable_{0};  // bytes from the beginning; never less than used_
  std::size_t last_page_ = 0;
  std::size_t ready_ = 0;  // of who prepares: bytes from the beginning
};

}  // namespace tapedeck
