// Decides what a thread does while its stage has no work.
//
// Each thread has one Waiter, and calls it after every poll. Depending on the WaitKind, a thread
// whose polls are empty first spins, then yields the core, and then sleeps. Cost while there is
// work: one store.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "engine/thread/doorbell.hpp"

namespace tapedeck::thread {

enum class WaitKind : u8 {
  spin,      // never gives the core away; the lowest latency, but one core is always busy
  yield,     // offers the core after every empty poll
  park,      // sleeps after a short spin; a ring wakes it
  automatic  // spins (longer with spare cores), then yields, then sleeps; also sleeps briefly while
             // an external source has no data
};

[[nodiscard]] std::optional<WaitKind> parse_wait(std::string_view name);
/// Returns the wait strategy to use when `busy` threads share `cores` cores. If there are more
/// threads than cores, `spin` becomes `automatic`, because a spinning thread without work would
/// keep its core from the other threads for whole time slices.
[[nodiscard]] WaitKind wait_among(WaitKind asked, std::size_t busy, std::size_t cores);
[[nodiscard]] std::string_view name_of(WaitKind kind);

class Waiter {
 public:
  /// `spare_cores` is true if there are more cores than threads that need a core.
  Waiter(WaitKind kind, bool spare_cores, Doorbell& bell);

  void worked() { empty_polls_ = 0; }
  /// Returns false for `spin` and `yield`, which never sleep.
  [[nodiscard]] bool may_sleep() const { return spins_ != kNever && yields_ != kNever; }
  /// Called after an empty poll. Returns true if it has called prepare() on the doorbell. The
  /// caller must then poll once more, and call found_work() if there was work, else sleep().
  /// `outside` is set if the thread waits for an external source, which cannot ring. The caller
  /// then also passes it to sleep(). `park` sleeps for at most this long. `automatic` sleeps for
  /// this long within idle(), and up to ten times as long while the source stays silent; if a
  /// descriptor wakes the thread when the source has data, it treats the source like any other and
  /// sleeps in sleep(). `spin` and `yield` ignore it.
  [[nodiscard]] bool idle(std::optional<Nanos> outside = {}, bool has_descriptor = false);
  void found_work() {
    bell_.cancel();
    worked();
  }
  /// Also ends when one of the descriptors is readable.
  void sleep(std::optional<Nanos> at_most = {}, std::span<const int> descriptors = {}) {
    if (descriptors.empty()) {
      bell_.sleep(at_most);
    } else {
      bell_.sleep_or_readable(descriptors, at_most);
    }
    empty_polls_ = 0;
  }

 private:
  static constexpr u32 kNever = ~u32{0};

  Doorbell& bell_;
  u32 empty_polls_ = 0;
  u32 spins_;   // number of empty polls in a row for which the thread spins
  u32 yields_;  // number of further empty polls for which it yields; then it sleeps
  bool naps_;   // sleeps instead of spinning while an external source has no data
};

}  // namespace tapedeck::thread
