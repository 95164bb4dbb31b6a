// Lets a thread sleep until another thread has work for it. No wake-up can be lost.
//
// One thread, the owner, sleeps: it calls prepare(), checks once more for work, and then calls
// sleep() or cancel(). Any thread rings. prepare() and ring() both do a read-modify-write on the
// same word, so one of them comes first. If prepare() is first, ring() sees that the owner waits,
// and wakes it. If ring() is first, prepare() synchronises with it, and the owner's check finds the
// work. A ring costs one locked instruction, and a system call only if the owner sleeps or is about
// to.
#pragma once

#include <atomic>
#include <optional>

#include "engine/core/types.hpp"

namespace tapedeck::thread {

class alignas(64) Doorbell {
 public:
  /// Announces a sleep: any ring() after this call ends the next sleep(). Owner only.
  void prepare() { state_.exchange(kWaiting, std::memory_order_acq_rel); }
  /// Undoes prepare(). Called if the check after prepare() has found work. Owner only.
  // Also a read-modify-write, because after a plain store the next prepare() would not synchronise
  // with earlier rings.
  void cancel() { state_.exchange(kAwake, std::memory_order_acq_rel); }
  /// Sleeps until a ring() that came after prepare(), or until `at_most` has passed. Owner only.
  void sleep(std::optional<Nanos> at_most = {});
  /// Wakes the owner. Any thread. Makes one system call if the owner sleeps or is about to.
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
