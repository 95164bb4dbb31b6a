// SIGINT and SIGTERM, received by a thread of their own: the first asks for a stop, the second
// ends the process at once.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "engine/thread/runner.hpp"

namespace tapedeck::tools {

class SignalWatch {
 public:
  /// Must be made before any other thread, which all inherit that the signals are blocked. `first`
  /// is called from the watching thread.
  explicit SignalWatch(std::function<void()> first);
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  ~SignalWatch();

  /// The signal that asked for the stop; 0 while there was none.
  [[nodiscard]] int received() const { return received_.load(); }

 private:
  void watch();

  std::function<void()> first_;
  std::atomic<int> received_{0};
  int signals_ = -1;  // becomes readable with a signal
  int end_ = -1;      // and with the end of the watch
  std::thread thread_;
};

/// A run's stop, which a signal asks for. Must be made before any other thread of the run.
class StopOnSignal {
 public:
  [[nodiscard]] thread::StopFlag& flag() { return flag_; }
  /// As SignalWatch::received().
  [[nodiscard]] int received() const { return watch_.received(); }

 private:
  thread::StopFlag flag_;
  SignalWatch watch_{[this] { flag_.request(); }};
};

}  // namespace tapedeck::tools
