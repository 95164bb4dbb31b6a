// A clock that reads the processor's time stamp counter (TSC). A read costs some 22 ns, while a
// read of the system's clock costs some 29 ns. A read of the counter is never a system call,
// whatever clock source the system uses.
//
// The clock is valid only if the counter runs at the same speed on every core, whatever the core is
// doing (constant and nonstop). system/engine_clock.hpp decides whether the engine may use it. The
// constructor calibrates the counter against another clock. Time differences have an error of some
// millionths.
// Any thread. A read waits until all earlier loads are complete, so that it does not happen before
// the work that it measures (RDTSCP: AMD64 Architecture Programmer's Manual, volume 3).
#pragma once

#include "engine/core/clock.hpp"

namespace tapedeck::system {

class TscClock final : public Clock {
 public:
  /// Calibrates the counter: compares it with `reference` for `duration`, at least 1 ms, on the
  /// calling thread.
  TscClock(const Clock& reference, Nanos duration);

  [[nodiscard]] Nanos now() const override;
  [[nodiscard]] double ticks_per_ns() const { return ticks_per_ns_; }

 private:
  u64 first_tick_ = 0;
  i64 first_ns_ = 0;
  u64 ns_per_tick_ = 0;  // in units of 2^-32
  double ticks_per_ns_ = 0;
};

}  // namespace tapedeck::system
