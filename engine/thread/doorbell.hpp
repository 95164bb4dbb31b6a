// Lets a thread sleep until another thread has work for it. No wake-up can be lost.
//
// One thread, the owner, sleeps: it calls prepare(), checks once more for work, and then calls
// sleep() or cancel(). Any thread rings. prepare() and ring() both do a read-modify-write on the
// same word, so one of them comes first. If prepare() is first, ring() sees that the owner waits,
// and wakes it. If ring() is first, prepare() synchronises with it, and the owner's check finds the
// work. A ring costs one locked instruction, and a system call only if the owner sleeps or is about
// to.
//
// An owner that also waits for file descriptors sleeps in poll(2) instead of on the word. It then
// first changes the word from "waiting" to "polling", which tells ring() to write to an eventfd.
// The eventfd stays readable until the owner has read it, so that a ring before the poll(2) counts.
#pragma once

#include <atomic>
#include <optional>
#include <span>

#include "engine/core/types.hpp"

namespace tapedeck::thread {

class alignas(64) Doorbell {
 public:
  Doorbell() = default;
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;
  ~Doorbell();

  /// Announces a sleep: any ring() after this call ends the next sleep(). Owner only.
  void prepare() { state_.exchange(kWaiting, std::memory_order_acq_rel); }
  /// Undoes prepare(). Called if the check after prepare() has found work. Owner only.
  // Also a read-modify-write, because after a plain store the next prepare() would not synchronise
  // with earlier rings.
  void cancel() { state_.exchange(kAwake, std::memory_order_acq_rel); }
  /// Sleeps until a ring() that came after prepare(), or until `at_most` has passed. Owner only.
  void sleep(std::optional<Nanos> at_most = {});
  /// Works as sleep(), and also ends when one of the descriptors is readable, closed by its other
  /// end, or invalid. May end early without a reason. Allocates memory. Without an eventfd, as when
  /// the process has no more descriptors, it sleeps for at most kWithoutEvent. Owner only.
  void sleep_or_readable(std::span<const int> descriptors, std::optional<Nanos> at_most = {});
  static constexpr Nanos kWithoutEvent{1'000'000};
  /// Wakes the owner. Any thread. Makes one system call if the owner sleeps or is about to.
  void ring() {
    const u32 before = state_.fetch_and(kAwake, std::memory_order_acq_rel);
    if (before != kAwake) wake(before);
  }

 private:
  static constexpr u32 kAwake = 0;
  static constexpr u32 kWaiting = 1;
  static constexpr u32 kPolling = 2;
  void wake(u32 before);
  [[nodiscard]] bool has_event();

  std::atomic<u32> state_{kAwake};
  // The eventfd; -1: none so far. The owner sets it before its first change to "polling". ring()
  // reads it only after it has seen that change.
  int event_ = -1;
};

}  // namespace tapedeck::thread
