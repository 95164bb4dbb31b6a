#include "engine/system/tsc_clock.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <x86intrin.h>

namespace tapedeck::system {
namespace {

u64 ticks_now() {
  unsigned core = 0;
  return __rdtscp(&core);
}

struct Pair {
  u64 tick = 0;
  i64 ns = 0;
};

// Reads both clocks at one moment: the try in which the two reads of the counter were closest
// together.
Pair look_at_both(const Clock& reference) {
  constexpr int kTries = 32;
  Pair best;
  u64 closest = std::numeric_limits<u64>::max();
  for (int i = 0; i < kTries; ++i) {
    const u64 before = ticks_now();
    const Nanos now = reference.now();
    const u64 apart = ticks_now() - before;
    if (apart >= closest) continue;
    closest = apart;
    best = {before + apart / 2, now.value};
  }
  return best;
}

}  // namespace

TscClock::TscClock(const Clock& reference, Nanos duration) {
  constexpr i64 kShortest = 1'000'000;
  const Pair first = look_at_both(reference);
  Pair last = first;
  while (last.ns - first.ns < std::max(duration.value, kShortest) || last.tick <= first.tick) {
    last = look_at_both(reference);
  }
  first_tick_ = first.tick;
  first_ns_ = first.ns;
  ticks_per_ns_ =
      static_cast<double>(last.tick - first.tick) / static_cast<double>(last.ns - first.ns);
  ns_per_tick_ = static_cast<u64>(std::llround(0x1.0p32 / ticks_per_ns_));
}

Nanos TscClock::now() const {
  // Signed, because a core whose counter is a little behind that of the calibration may read a
  // smaller value than `first_tick_`.
  const auto since = static_cast<i64>(ticks_now() - first_tick_);
  return {first_ns_ + static_cast<i64>(i128{since} * ns_per_tick_ >> 32)};
}

}  // namespace tapedeck::system
