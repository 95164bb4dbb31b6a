// The engine's clock. It is an interface, so that a test can run any part of the engine with a
// clock of its own.
#pragma once

#include <chrono>

#include "engine/core/types.hpp"

namespace tapedeck {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Returns the nanoseconds since an arbitrary start. Never goes back. Any thread.
  [[nodiscard]] virtual Nanos now() const = 0;
};

class SteadyClock final : public Clock {
 public:
  [[nodiscard]] Nanos now() const override {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(
                std::chrono::steady_clock::now().time_since_epoch())
                .count()};
  }
};

/// A clock that moves only when advance() is called. One thread.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] Nanos now() const override { return now_; }
  void advance(Nanos by) { now_ = now_ + by; }

 private:
  Nanos now_{0};
};

}  // namespace tapedeck
