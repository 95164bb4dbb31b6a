#include "engine/thread/doorbell.hpp"

#include <cerrno>
#include <ctime>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tapedeck::thread {

static_assert(sizeof(std::atomic<u32>) == sizeof(u32), "futex needs the bare word");

void Doorbell::sleep(std::optional<Nanos> at_most) {
  timespec limit{};
  if (at_most) limit = {at_most->value / kNanosPerSecond, at_most->value % kNanosPerSecond};
  while (state_.load(std::memory_order_acquire) == kWaiting) {
    // Returns at once if the word has changed meanwhile. EINTR leads to one more turn.
    const long result = ::syscall(SYS_futex, reinterpret_cast<u32*>(&state_), FUTEX_WAIT_PRIVATE,
                                  kWaiting, at_most ? &limit : nullptr, nullptr, 0);
    if (result != 0 && errno == ETIMEDOUT) return cancel();
  }
}

void Doorbell::wake() {
  ::syscall(SYS_futex, reinterpret_cast<u32*>(&state_), FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

}  // namespace tapedeck::thread
