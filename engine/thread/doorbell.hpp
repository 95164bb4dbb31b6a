// Lets a thread sleep until another has work for it, without a lost wake-up.
//
// One thread sleeps (prepare, look once more for work, then sleep or cancel); any thread rings.
// Both sides make a read-modify-write on one word, so that one of them comes first. Either the
// ringer sees that the sleeper waits and wakes it, or the sleeper's exchange reads the ringer's
// write and its last look for work finds the work. A ring costs one locked instruction, and a
// system call only when a thread sleeps.
#pragma once

#include <atomic>
#include <optional>

#include "engine/core/types.hpp"

namespace tapedeck::thread {

class alignas(64) Doorbell {
 public:
  /// Owner: from here on ring() ends the next sleep().
  void prepare() { state_.exchange(kWaiting, std::memory_order_acq_rel); }
  /// Owner: takes prepare() back, because work was found after it.
  // A read-modify-write too, because after a plain store the next prepare() would not synchronise
  // with earlier rings.
  void cancel() { state_.exchange(kAwake, std::memory_order_acq_rel); }
  /// Owner: sleeps until ring() is called after prepare(), or for `at_most`.
  void sleep(std::optional<Nanos> at_most = {});
  /// Wakes the sleeper. Any thread. Makes one system call if the sleeper waits or is about to.
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
