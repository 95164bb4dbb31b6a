// Runs a thread that pre-faults the pages that arenas will use next. So the threads that own the
// arenas normally take no page faults.
//
// The thread sleeps until an arena's owner enters a new page and rings. If the thread cannot be
// started or is too slow, the owner takes the page faults itself and stalls. The engine's results
// do not depend on this class.
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

  /// Wakes the prefaulting thread if `arena` has entered a new page since the last call. Called by
  /// the arena's owner from time to time, normally between batches.
  void look_after(Arena& arena) {
    if (arena.entered_page()) [[unlikely]]
      bell_.ring();
  }

 private:
  void keep();

  // With fewer than kMany arenas, two pages per arena are pre-faulted ahead of the page in use: the
  // fastest shard fills a page every few milliseconds, and pre-faulting a page can take about as
  // long (2.5 ms under a hypervisor). With more arenas, one page per arena is enough, because each
  // shard is slower, and two pages per arena would need more memory.
  static constexpr std::size_t kMany = 8;
  [[nodiscard]] std::size_t ahead() const { return (arenas_.size() < kMany ? 2 : 1) * kHugePage; }

  std::vector<Arena*> arenas_;
  StopFlag stop_;
  Doorbell bell_;
  std::thread thread_;
};

}  // namespace tapedeck::thread
