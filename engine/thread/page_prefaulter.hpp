// A thread that keeps the next pages of arenas ready, so that who fills them never waits for one.
//
// It sleeps until an arena's owner rings, which he does when he gets into another page. Where no
// thread is to be had, or it comes too late, the owner enters his pages himself, and stalls.
// Results do not depend on it.
#pragma once

#include <thread>
#include <vector>

#include "engine/core/arena.hpp"
#include "engine/thread/doorbell.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::thread {

class PagePrefaulter {
 public:
  /// The arenas must outlive this.
  explicit PagePrefaulter(std::vector<Arena*> arenas);
  PagePrefaulter(const PagePrefaulter&) = delete;
  PagePrefaulter& operator=(const PagePrefaulter&) = delete;
  ~PagePrefaulter();

  /// To be called by an arena's owner now and then, between batches as a rule.
  void look_after(Arena& arena) {
    if (arena.entered_page()) [[unlikely]]
      bell_.ring();
  }

 private:
  void keep();

  // Two pages beyond the one in use: a shard that fills one every few milliseconds is as fast as
  // any there is, and making one ready takes about as long. Of many shards each is slower, and
  // their pages are more memory: one.
  static constexpr std::size_t kMany = 8;
  [[nodiscard]] std::size_t ahead() const { return (arenas_.size() < kMany ? 2 : 1) * kHugePage; }

  std::vector<Arena*> arenas_;
  StopFlag stop_;
  Doorbell bell_;
  std::thread thread_;
};

}  // namespace tapedeck::thread
