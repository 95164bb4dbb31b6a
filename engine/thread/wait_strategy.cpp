#include "engine/thread/wait_strategy.hpp"

#include <array>
#include <chrono>
#include <thread>
#include <utility>

#include <immintrin.h>
#include <sched.h>

namespace tapedeck::thread {
namespace {

constexpr std::array<std::pair<std::string_view, WaitKind>, 4> kNames{
    {{"spin", WaitKind::spin},
     {"yield", WaitKind::yield},
     {"park", WaitKind::park},
     {"auto", WaitKind::automatic}}};

}  // namespace

std::optional<WaitKind> parse_wait(std::string_view name) {
  for (const auto& [known, kind] : kNames) {
    if (name == known) return kind;
  }
  return {};
}

WaitKind wait_among(WaitKind asked, std::size_t busy, std::size_t cores) {
  return asked == WaitKind::spin && busy > cores ? WaitKind::automatic : asked;
}

std::string_view name_of(WaitKind kind) {
  for (const auto& [name, known] : kNames) {
    if (kind == known) return name;
  }
  return "?";
}

Waiter::Waiter(WaitKind kind, bool spare_cores, Doorbell& bell)
    : bell_(bell), naps_(kind == WaitKind::automatic) {
  // A spin is a poll and a pause, some 50 ns. A futex sleep and wake costs a few microseconds, so
  // that spinning for about as long is worth while.
  constexpr u32 kShortSpin = 64;
  constexpr u32 kLongSpin = 2'000;
  constexpr u32 kYields = 32;
  switch (kind) {
    case WaitKind::spin:
      spins_ = kNever;
      yields_ = 0;
      break;
    case WaitKind::yield:
      spins_ = 0;
      yields_ = kNever;
      break;
    case WaitKind::park:
      spins_ = kShortSpin;
      yields_ = 0;
      break;
    case WaitKind::automatic:
    default:
      spins_ = spare_cores ? kLongSpin : kShortSpin;
      yields_ = kYields;
      break;
  }
}

bool Waiter::idle(std::optional<Nanos> outside, bool has_descriptor) {
  if (outside && naps_ && !has_descriptor) {
    // Sleeps without the bell, which would ring only for batches that came back, and often. A
    // source that has been silent for some milliseconds is polled less often, and one that has been
    // silent for a tenth of a second less often still. So an idle engine costs next to nothing, and
    // the next event is late by little more.
    constexpr u32 kSilent = 64, kIdle = 256;
    constexpr i64 kLonger = 3, kLongest = 10;
    if (empty_polls_ < kIdle) ++empty_polls_;
    const i64 times = empty_polls_ < kSilent ? 1 : empty_polls_ < kIdle ? kLonger : kLongest;
    std::this_thread::sleep_for(std::chrono::nanoseconds{times * outside->value});
    return false;
  }
  if (empty_polls_ < spins_) {
    if (spins_ == kNever) return false;
    ++empty_polls_;
    _mm_pause();
    return false;
  }
  if (yields_ == kNever || empty_polls_ - spins_ < yields_) {
    if (yields_ != kNever) ++empty_polls_;
    ::sched_yield();
    return false;
  }
  bell_.prepare();
  return true;
}

}  // namespace tapedeck::thread
