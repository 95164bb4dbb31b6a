// Cache lines that two threads pass to and fro: the ground that core_hop and engine_clock measure
// on. Several, since how far a line has to go depends on where the machine keeps track of it.
//
// One thread serves, one answers; each calls take_place() first, and stops when it or await() says
// no. Whoever holds the line may write it, and what lies beside it for the other to read.
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
  // Beside the line that is timed nothing may lie, nor on the one that is fetched along with it.
  static constexpr std::size_t kApart = 128;
  static constexpr std::size_t kLines = 32;

  /// Pins the calling thread. False, with the reason, where that cannot be done.
  [[nodiscard]] bool take_place(Holder me, int core);
  // Only who holds a line writes it, so that it needs no exchange.
  void pass(std::size_t line = 0) {
    assert(line < kLines);
    std::atomic<u32>& holder = lines_[line].holder;
    holder.store(holder.load(std::memory_order_relaxed) ^ 1U, std::memory_order_release);
  }
  /// False when the other has given up, or has not come in all the time there is.
  [[nodiscard]] bool await(Holder me, std::size_t line = 0) {
    assert(line < kLines);
    const std::atomic<u32>& holder = lines_[line].holder;
    for (u32 spins = 1; holder.load(std::memory_order_acquire) != me; ++spins) {
      if (over_.load(std::memory_order_relaxed)) return false;
      if (spins % kSpinsPerLook == 0 && took_too_long(me)) return false;
    }
    return true;
  }
  /// Why it came to nothing; after both have ended.
  [[nodiscard]] const std::string& why() const {
    return why_[kServer].text.empty() ? why_[kAnswerer].text : why_[kServer].text;
  }

 private:
  static constexpr u32 kSpinsPerLook = 4096;  // at the clock, while the line does not come
  static constexpr Nanos kLongest{2 * kNanosPerSecond};

  [[nodiscard]] bool took_too_long(Holder me);

  struct alignas(kApart) Why {  // each by its own thread
    std::string text;
  };

  struct alignas(kApart) Line {
    std::atomic<u32> holder{kServer};  // written by both in turn
  };

  std::array<Line, kLines> lines_;
  alignas(kApart) std::atomic<bool> over_{false};  // by who gives up
  SteadyClock clock_;
  Nanos started_{clock_.now()};
  std::array<Why, 2> why_;
};

/// Runs the two on threads of their own and waits for them. Returns why no thread could be started;
/// empty when both ran.
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
