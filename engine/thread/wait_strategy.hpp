// What a thread does while its stage has no work.
//
// One Waiter a thread. It is told about every poll; the longer nothing turns up, the more it gives
// away of its core. Cost while busy: one store.
#pragma once

#include <optional>
#include <string_view>

#include "engine/thread/doorbell.hpp"

namespace tapedeck::thread {

enum class WaitKind : u8 {
  spin,      // never gives the core away: lowest latency, one core burnt
  yield,     // offers the core after every empty poll
  park,      // sleeps after a short spin; a ring wakes it
  automatic  // spins as long as there are cores to spare, then yields, then parks; naps while it is
             // the world outside that has nothing
};

[[nodiscard]] std::optional<WaitKind> parse_wait(std::string_view name);
/// How threads wait that were asked to wait like this, where `busy` of them share so many cores:
/// spinning, those that have nothing to do would keep the others from their work, for whole time
/// slices at a time. Then they wait as `automatic`.
[[nodiscard]] WaitKind wait_among(WaitKind asked, std::size_t busy, std::size_t cores);
[[nodiscard]] std::string_view name_of(WaitKind kind);

class Waiter {
 public:
  /// `spare_cores`: there are more cores than threads that want one.
  Waiter(WaitKind kind, bool spare_cores, Doorbell& bell);

  void worked() { empty_polls_ = 0; }
  /// After an empty poll. Returns true when the bell is being watched: the caller must poll once
  /// more and then call either found_work() or sleep(). With `outside`, work would come from the
  /// world outside, which rings no bell, and is to be looked for after that time at the latest.
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
  u32 yields_;  // and then yielding; after both, the thread parks
  bool naps_;   // no core is burnt for what may come from outside
};

}  // namespace tapedeck::thread
