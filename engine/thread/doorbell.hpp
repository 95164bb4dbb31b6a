// How a thread sleeps until another has something for it, without a lost wake-up.
//
// One thread sleeps (prepare, look once more for work, then sleep or cancel); any thread rings.
// Both sides make a read-modify-write on one word, so one of them comes first: either the ringer
// sees that the bell is being waited on and wakes, or the sleeper's exchange reads the ringer's and
// its last look sees the work. A ring costs one locked instruction; a system call only when
// somebody sleeps.
#pragma once

#include <atomic>
#include <optional>

#include "engine/core/types.hpp"

namespace tapedeck::thread {

class alignas(64) Doorbell {
 public:
  /// Owner: from here on a ring is remembered.
  void prepare() { state_.exchange(kWaiting, std::memory_order_acq_rel); }
  /// Owner: work turned up after prepare().
  // A read-modify-write too: a plain store would cut the next prepare() off from the rings before.
  void cancel() { state_.exchange(kAwake, std::memory_order_acq_rel); }
  /// Owner: returns after a ring since prepare(), or after `at_most`; perhaps for no reason.
  void sleep(std::optional<Nanos> at_most = {});
  /// Any thread; async-signal-unsafe only in that it may make a system call.
  void ring() {
    if (state_.fetch_and(kAwake, std::memory_order_acq_rel) == kWaiting) wake();
  }

 private:
  static constexpr u32 kAwake = 0;
  static constexpr u32 kWaiting = 1;
  void wake();

  std::atomic<u32> state_{kAwake};
};

}  // namespace tapedeck::thread
