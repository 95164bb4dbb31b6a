#include "engine/thread/doorbell.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <vector>

#include <linux/futex.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tapedeck::thread {

namespace {

timespec timespec_of(Nanos span) {
  return {span.value / kNanosPerSecond, span.value % kNanosPerSecond};
}

}  // namespace

static_assert(sizeof(std::atomic<u32>) == sizeof(u32), "futex needs the bare word");

Doorbell::~Doorbell() {
  if (event_ >= 0) ::close(event_);
}

void Doorbell::sleep(std::optional<Nanos> at_most) {
  timespec limit{};
  if (at_most) limit = timespec_of(*at_most);
  while (state_.load(std::memory_order_acquire) == kWaiting) {
    // Returns at once if the word has changed meanwhile. EINTR leads to one more turn.
    const long result = ::syscall(SYS_futex, reinterpret_cast<u32*>(&state_), FUTEX_WAIT_PRIVATE,
                                  kWaiting, at_most ? &limit : nullptr, nullptr, 0);
    if (result != 0 && errno == ETIMEDOUT) return cancel();
  }
}

void Doorbell::sleep_or_readable(std::span<const int> descriptors, std::optional<Nanos> at_most) {
  if (!has_event()) return sleep(std::min(at_most.value_or(kWithoutEvent), kWithoutEvent));
  u32 expected = kWaiting;
  if (!state_.compare_exchange_strong(expected, kPolling, std::memory_order_acq_rel)) return;
  std::vector<pollfd> polled{{event_, POLLIN, 0}};
  for (const int descriptor : descriptors) polled.push_back({descriptor, POLLIN, 0});
  timespec limit{};
  if (at_most) limit = timespec_of(*at_most);
  // A failure (EINTR) ends the sleep early.
  const int ready = ::ppoll(polled.data(), static_cast<nfds_t>(polled.size()),
                            at_most ? &limit : nullptr, nullptr);
  cancel();
  // A ring that comes too late for this read ends the next sleep early.
  eventfd_t rings = 0;
  if (ready > 0 && polled[0].revents != 0) (void)::eventfd_read(event_, &rings);
}

// Returns true if there is an eventfd. Makes it at the first call.
bool Doorbell::has_event() {
  if (event_ < 0) event_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return event_ >= 0;
}

void Doorbell::wake(u32 before) {
  if (before == kPolling) {
    (void)::eventfd_write(event_, 1);
    return;
  }
  ::syscall(SYS_futex, reinterpret_cast<u32*>(&state_), FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

}  // namespace tapedeck::thread
