// A clock that can be stopped, so that the time during which a process was stopped does not count.
//
// Any thread may read it at any time. One thread at a time holds and releases it. A thread that was
// stopped in the middle of now() still gets a time from before the stop or from after release().
// Cost of now(): one read of the steady clock, and three loads.
#pragma once

#include <atomic>
#include <limits>

#include "engine/core/clock.hpp"

namespace tapedeck::tools {

class PausableClock final : public Clock {
 public:
  explicit PausableClock(const Clock& steady) : steady_(steady) {}

  [[nodiscard]] Nanos now() const override {
    while (true) {
      const u64 before = version_.load(std::memory_order_acquire);
      const i64 time = is_held(before) ? held_.load(std::memory_order_acquire) : running();
      // hold() comes before a stop, so that a changed version shows every stop in between.
      if (version_.load(std::memory_order_seq_cst) == before && time != kNotYet) return {time};
    }
  }
  /// Lets now() return the same time until release(). Does nothing if the clock is held.
  void hold() {
    if (is_held(version_.load(std::memory_order_relaxed))) return;
    held_.store(kNotYet, std::memory_order_relaxed);
    // A full barrier: no time that was returned under the old version is later than the held one.
    version_.fetch_add(1, std::memory_order_seq_cst);
    held_.store(running(), std::memory_order_release);
  }
  /// Lets the clock go on from the time at which it was held. Does nothing if it is not held.
  void release() {
    const u64 version = version_.load(std::memory_order_relaxed);
    if (!is_held(version)) return;
    left_out_.store(steady_.now().value - held_.load(std::memory_order_relaxed),
                    std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_release);
  }

 private:
  static constexpr i64 kNotYet = std::numeric_limits<i64>::min();

  [[nodiscard]] static bool is_held(u64 version) { return version % 2 == 1; }
  [[nodiscard]] i64 running() const {
    return steady_.now().value - left_out_.load(std::memory_order_relaxed);
  }

  const Clock& steady_;
  std::atomic<u64> version_{0};   // odd while the clock is held
  std::atomic<i64> held_{0};      // the time of a held clock; kNotYet: hold() has not ended
  std::atomic<i64> left_out_{0};  // how far the clock is behind the steady clock
};

}  // namespace tapedeck::tools
