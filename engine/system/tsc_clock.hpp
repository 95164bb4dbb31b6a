// The processor's own counter as the engine's clock: a read costs some 22 ns; a read of the
// system's clock costs 29 ns. A read of the counter never becomes a system call, whichever clock
// source the system has chosen.
//
// Right only where the counter runs at one speed on every core, whatever the core is doing
// (constant and nonstop; see system/engine_clock.hpp, which decides). The constructor calibrates it
// against another clock; differences are right to some millionths.
// Any thread. A read waits for earlier loads, so that no work is timed before it is done (RDTSCP:
// AMD64 Architecture Programmer's Manual, volume 3).
#pragma once

#include "engine/core/clock.hpp"

namespace tapedeck::system {

class TscClock final : public Clock {
 public:
  /// Reads `reference` and the counter for `duration`, 1 ms at least, on the calling thread.
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
