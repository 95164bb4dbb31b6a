// Passes cache lines back and forth between two threads, for the measurements of core_hop and
// engine_clock. Several lines are used, because the distance that a line travels depends on where
// the machine keeps track of that line.
//
// One thread is the server, the other the answerer. Each thread calls take_place() first, and stops
// when take_place() or await() returns false. A line has one holder at a time. The holder may also
// write data outside the line, which the other thread may read after the next pass().
#pragma once

#include <array>
#include <atomic>
#include <cassert>
#include <string>
#include <system_error>
#include <thread>

#include "engine/core/clock.hpp"

namespace tapedeck::system {

class PingPong {
 public:
  enum Holder : u32 { kServer = 0, kAnswerer = 1 };
  // The alignment that keeps other data off a timed cache line, and off the neighbour line that the
  // processor fetches with it.
  static constexpr std::size_t kApart = 128;
  static constexpr std::size_t kLines = 32;

  /// Pins the calling thread to `core`. Returns false if that fails; why() then has the reason.
  [[nodiscard]] bool take_place(Holder me, int core);
  // Passes a line to the other thread. Only the line's holder may call it. No atomic exchange is
  // needed, because only the holder writes the line.
  void pass(std::size_t line = 0) {
    assert(line < kLines);
    std::atomic<u32>& holder = lines_[line].holder;
    holder.store(holder.load(std::memory_order_relaxed) ^ 1U, std::memory_order_release);
  }
  /// Spins until `me` holds the line. Returns false when the other thread has given up, or when
  /// kLongest has passed since the construction.
  [[nodiscard]] bool await(Holder me, std::size_t line = 0) {
    assert(line < kLines);
    const std::atomic<u32>& holder = lines_[line].holder;
    for (u32 spins = 1; holder.load(std::memory_order_acquire) != me; ++spins) {
      if (over_.load(std::memory_order_relaxed)) return false;
      if (spins % kSpinsPerLook == 0 && took_too_long(me)) return false;
    }
    return true;
  }
  /// Returns the reason why the measurement failed. May be called only after both threads have
  /// ended.
  [[nodiscard]] const std::string& why() const {
    return why_[kServer].text.empty() ? why_[kAnswerer].text : why_[kServer].text;
  }

 private:
  static constexpr u32 kSpinsPerLook = 4096;  // spins between two clock reads while waiting
  static constexpr Nanos kLongest{2 * kNanosPerSecond};

  [[nodiscard]] bool took_too_long(Holder me);

  struct alignas(kApart) Why {  // each thread writes its own
    std::string text;
  };

  struct alignas(kApart) Line {
    std::atomic<u32> holder{kServer};  // written by both threads in turn
  };

  std::array<Line, kLines> lines_;
  alignas(kApart) std::atomic<bool> over_{false};  // set by the thread that gives up
  SteadyClock clock_;
  Nanos started_{clock_.now()};
  std::array<Why, 2> why_;
};

/// Runs `serve` and `answer` on one thread each, and waits until both have ended. Returns empty, or
/// the reason why a thread could not be started.
template <class Serve, class Answer>
[[nodiscard]] std::string run_ping_pong(Serve serve, Answer answer) {
  try {
    const std::jthread answerer{answer};
    const std::jthread server{serve};
  } catch (const std::system_error& error) {
    return std::string{"no thread to measure with: "} + error.what();
  }
  return {};
}

}  // namespace tapedeck::system
