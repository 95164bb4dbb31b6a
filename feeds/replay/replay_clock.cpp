#include "feeds/replay/replay_clock.hpp"

#include <algorithm>
#include <limits>

namespace tapedeck::replay {
namespace {

constexpr i64 kNever = std::numeric_limits<i64>::max();
constexpr i64 kUnknown = kBeginningOfTime.value;
constexpr i64 kFarAway = kNever / 2;  // beyond any clock

// Clamps a value to the range of times.
i64 bounded(i128 value) {
  return static_cast<i64>(std::clamp<i128>(value, -kFarAway, kFarAway));
}
i64 scaled(i64 nanoseconds, double by) {
  const double value = static_cast<double>(nanoseconds) * by;
  constexpr auto kMost = static_cast<double>(kFarAway);
  return static_cast<i64>(std::clamp(value, -kMost, kMost));
}

}  // namespace

ReplayClock::ReplayClock(u32 channels)
    : missing_(channels), running_(channels), clock_(kUnknown), base_(kNever) {
  for (u32 i = 0; i < channels; ++i) channels_.emplace_back();
}

void ReplayClock::announce(u32 channel, std::optional<Nanos> first) {
  if (first) {
    i64 earliest = base_.load(std::memory_order_relaxed);
    const i64 own = bounded(first->value);
    while (own < earliest &&
           !base_.compare_exchange_weak(earliest, own, std::memory_order_relaxed)) {
    }
  }
  channels_[channel].next.store(first ? first->value : kNever, std::memory_order_relaxed);
  missing_.fetch_sub(1, std::memory_order_release);  // pairs with the load in due()
}

void ReplayClock::end(u32 channel, u64 shown) {
  shown_.fetch_add(shown, std::memory_order_relaxed);
  running_.fetch_sub(1, std::memory_order_release);
  channels_[channel].next.store(kNever, std::memory_order_relaxed);
}

std::optional<Nanos> ReplayClock::due(u32 channel, Nanos recorded, double speed, Nanos now) {
  if (missing_.load(std::memory_order_acquire) > 0) return {};
  recorded = {bounded(recorded.value)};
  i64 unknown = kUnknown;
  // The first channel that calls sets the beginning.
  (void)clock_.compare_exchange_strong(unknown, now.value, std::memory_order_relaxed);
  const i64 longest =
      std::max(scaled(kLongestPause.value, std::min(speed, 1.0)), scaled(kShortWait.value, speed));
  Channel& own = channels_[channel];
  i64 base = base_.load(std::memory_order_relaxed);
  const i128 step = i128{recorded.value} - own.newest.value;
  if (own.newest != kBeginningOfTime && step < -longest) {
    // The time before was damaged: continue from this time.
    own.newest = recorded;
    const i128 passed = i128{position(base, speed, now)} - base;
    base_.store(base = bounded(recorded.value - passed), std::memory_order_relaxed);
    left_out_.fetch_add(1, std::memory_order_relaxed);
  }
  own.newest = std::max(own.newest, recorded);
  own.next.store(own.newest.value, std::memory_order_relaxed);
  const i64 at = position(base, speed, now);
  if (i128{own.newest.value} - at > longest) {
    const i128 pause = i128{earliest()} - at;
    const i64 later = bounded(base + pause);
    if (pause > longest && base_.compare_exchange_strong(base, later, std::memory_order_relaxed)) {
      left_out_.fetch_add(1, std::memory_order_relaxed);
      base = later;
    }
  }
  return began() + Nanos{scaled(bounded(i128{own.newest.value} - base), 1 / speed)};
}

// Returns the recorded time that is due at `now`.
i64 ReplayClock::position(i64 base, double speed, Nanos now) const {
  return bounded(i128{base} + scaled((now - began()).value, speed));
}

// Returns the earliest recorded time of all channels' next messages.
i64 ReplayClock::earliest() const {
  i64 earliest = kNever;
  for (const Channel& channel : channels_) {
    earliest = std::min(earliest, channel.next.load(std::memory_order_relaxed));
  }
  return earliest;
}

}  // namespace tapedeck::replay
