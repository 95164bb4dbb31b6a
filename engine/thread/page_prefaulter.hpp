// A thread that pre-faults the pages that arenas will use next, so that their owners normally take
// no page fault.
//
// The thread sleeps until an arena's owner has entered another page and rings. Where no thread can
// be started, or the thread is too slow, the owner takes the page faults and stalls. Results do not
// depend on this class.
#pragma once

#include <thread>
#include <vector>

#include "engine/core/arena.hpp"
#include "engine/thread/doorbell.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::thread {

class PagePrefaulter {
 public:
  /// The arenas must outlive this object.
  explicit PagePrefaulter(std::vector<Arena*> arenas);
  PagePrefaulter(const PagePrefaulter&) = delete;
  PagePrefaulter& operator=(const PagePrefaulter&) = delete;
  ~PagePrefaulter();

  /// Wakes the thread when `arena` has entered another page. Called by the arena's owner now and
  /// then, normally between batches.
  void look_after(Arena& arena) {
    if (arena.entered_page()) [[unlikely]]
      bell_.ring();
  }

 private:
  void keep();

  // With few arenas, the thread keeps two pages beyond the page in use pre-faulted, because the
  // fastest shard fills a page every few milliseconds, and pre-faulting a page takes about as long.
  // With many arenas, it keeps one page per arena pre-faulted, because each shard is slower, and
  // two pages of each would be more memory.
  static constexpr std::size_t kMany = 8;
  [[nodiscard]] std::size_t ahead() const { return (arenas_.size() < kMany ? 2 : 1) * kHugePage; }

  std::vector<Arena*> arenas_;
  StopFlag stop_;
  Doorbell bell_;
  std::thread thread_;
};

}  // namespace tapedeck::thread
