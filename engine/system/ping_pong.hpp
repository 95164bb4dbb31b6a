// Cache lines that two threads pass back and forth, for the measurements of core_hop and
// engine_clock. There are several lines, because the distance that a line travels depends on where
// the machine keeps track of that line.
//
// One thread serves, the other answers. Each calls take_place() first, and stops when take_place()
// or await() returns false. The thread that holds a line may write it, and may write data beside it
// for the other thread to read.
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
  // No other data may lie on the line that is timed, nor on the line that is fetched along with it.
  static constexpr std::size_t kApart = 128;
  static constexpr std::size_t kLines = 32;

  /// Pins the calling thread. Returns false where that cannot be done; why() then has the reason.
  [[nodiscard]] bool take_place(Holder me, int core);
  // Passes a line to the other thread. Only the thread that holds a line writes it, so that no
  // atomic exchange is needed.
  void pass(std::size_t line = 0) {
    assert(line < kLines);
    std::atomic<u32>& holder = lines_[line].holder;
    holder.store(holder.load(std::memory_order_relaxed) ^ 1U, std::memory_order_release);
  }
  /// Waits for the line. Returns false when the other thread has given up, or when kLongest has
  /// passed since the construction.
  [[nodiscard]] bool await(Holder me, std::size_t line = 0) {
    assert(line < kLines);
    const std::atomic<u32>& holder = lines_[line].holder;
    for (u32 spins = 1; holder.load(std::memory_order_acquire) != me; ++spins) {
      if (over_.load(std::memory_order_relaxed)) return false;
      if (spins % kSpinsPerLook == 0 && took_too_long(me)) return false;
    }
    return true;
  }
  /// The reason why the measurement failed. Called after both threads have ended.
  [[nodiscard]] const std::string& why() const {
    return why_[kServer].text.empty() ? why_[kAnswerer].text : why_[kServer].text;
  }

 private:
  static constexpr u32 kSpinsPerLook = 4096;  // spins between two clock reads while waiting
  static constexpr Nanos kLongest{2 * kNanosPerSecond};

  [[nodiscard]] bool took_too_long(Holder me);

  struct alignas(kApart) Why {  // each written by its own thread
    std::string text;
  };

  struct alignas(kApart) Line {
    std::atomic<u32> holder{kServer};  // written by both in turn
  };

  std::array<Line, kLines> lines_;
  alignas(kApart) std::atomic<bool> over_{false};  // set by the thread that gives up
  SteadyClock clock_;
  Nanos started_{clock_.now()};
  std::array<Why, 2> why_;
};

/// Runs `serve` and `answer`, each on a thread of its own, and waits for both. Returns why a thread
/// could not be started; empty when both ran.
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
