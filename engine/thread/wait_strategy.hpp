// Decides what a thread does while its stage has no work.
//
// Each thread has one Waiter, which is called after every poll. The more polls in a row find no
// work, the more of the core's time the Waiter gives away. Cost while busy: one store.
#pragma once

#include <optional>
#include <string_view>

#include "engine/thread/doorbell.hpp"

namespace tapedeck::thread {

enum class WaitKind : u8 {
  spin,      // never gives the core away: lowest latency, one core burnt
  yield,     // offers the core after every empty poll
  park,      // sleeps after a short spin; a ring wakes it
  automatic  // spins, longer with spare cores, then yields, then parks; naps while an external
             // source has nothing
};

[[nodiscard]] std::optional<WaitKind> parse_wait(std::string_view name);
/// Returns how threads really wait when `busy` of them share `cores` cores. With more threads than
/// cores `spin` becomes `automatic`, because idle ones would keep the others from their work for
/// whole time slices.
[[nodiscard]] WaitKind wait_among(WaitKind asked, std::size_t busy, std::size_t cores);
[[nodiscard]] std::string_view name_of(WaitKind kind);

class Waiter {
 public:
  /// `spare_cores`: there are more cores than threads that need one.
  Waiter(WaitKind kind, bool spare_cores, Doorbell& bell);

  void worked() { empty_polls_ = 0; }
  /// Called after an empty poll. Returns true when the bell has been prepared: the caller must poll
  /// once more and then call either found_work() or sleep(). `outside` is given where the thread
  /// waits for a source that rings no bell, and the caller passes it to sleep() too. So `park`
  /// sleeps for at most that long; `automatic` naps that long, and up to ten times as long once the
  /// source has been silent; `spin` and `yield` ignore it.
  [[nodiscard]] bool idle(std::optional<Nanos> outside = {});
  void found_work() {
    bell_.cancel();
    worked();
  }
  void sleep(std::optional<Nanos> at_most = {}) {
    bell_.sleep(at_most);
    empty_polls_ = 0;
  }

 private:
  static constexpr u32 kNever = ~u32{0};

  Doorbell& bell_;
  u32 empty_polls_ = 0;
  u32 spins_;   // empty polls spent spinning
  u32 yields_;  // empty polls then spent yielding; after both, the thread parks
  bool naps_;   // sleeps instead of spinning while an external source has nothing
};

}  // namespace tapedeck::thread
