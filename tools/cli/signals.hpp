// Receives SIGHUP, SIGINT and SIGTERM on a thread of its own: the first signal requests a stop, the
// second ends the process at once.
#pragma once

#include <array>
#include <atomic>
#include <csignal>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/thread/runner.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {

/// The signals that request a stop. SIGHUP does so only if it is not ignored; nohup ignores it.
inline constexpr std::array<int, 3> kStoppingSignals{SIGHUP, SIGINT, SIGTERM};
/// The exit code of a run that the signal stopped.
[[nodiscard]] constexpr ExitCode code_after(int signal) {
  constexpr int kShellBase = 128;
  return static_cast<ExitCode>(kShellBase + signal);
}
static_assert(code_after(SIGHUP) == ExitCode::hung_up &&
              code_after(SIGTERM) == ExitCode::terminated &&
              code_after(SIGINT) == ExitCode::interrupted);

/// The longest time that a run may take to stop before the process ends without results.
inline constexpr Nanos kDrainLimit{2 * kNanosPerSecond};

class SignalWatch {
 public:
  /// Construct it before any other thread, because threads inherit the mask that blocks the
  /// signals. The watching thread calls `first` at the first signal. When the time `limit` has
  /// passed after that and the watch has not ended, the watching thread calls `overdue`, if given.
  explicit SignalWatch(std::function<void()> first, std::function<void()> overdue = {},
                       Nanos limit = kDrainLimit);
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  ~SignalWatch();

  /// The signal that requested the stop; 0: none so far.
  [[nodiscard]] int received() const { return received_.load(); }

 private:
  void watch();

  std::function<void()> first_, overdue_;
  Nanos limit_;
  std::atomic<int> received_{0};
  int signals_ = -1;  // readable when a signal arrives
  int end_ = -1;      // readable when the watch ends
  std::thread thread_;
};

/// Ends the process at once with the exit code of `signal`; for 0, with that of a failure. Deletes
/// the temporary files of all outputs. Not from a signal handler.
[[noreturn]] void end_process_after(int signal);

/// A run's stop flag, which a signal sets. Construct it before any other thread of the run.
class StopOnSignal {
 public:
  /// Whether the engine or this object enforces kDrainLimit.
  enum class Limit : u8 { by_engine, here };
  explicit StopOnSignal(Limit limit = Limit::by_engine)
      : watch_([this] { request(); },
               limit == Limit::here ? std::function<void()>{[this] { give_up(); }} : nullptr) {}

  [[nodiscard]] thread::StopFlag& flag() { return flag_; }
  /// Returns SignalWatch::received().
  [[nodiscard]] int received() const { return watch_.received(); }
  /// Ends the process at once, without results, with the exit code of the signal or of a failure.
  [[noreturn]] void give_up() const;

 private:
  friend class OwnStop;
  void request();

  thread::StopFlag flag_;
  std::mutex mutex_;                           // guards also_asked_
  std::vector<thread::StopFlag*> also_asked_;  // the flags of OwnStop objects
  SignalWatch watch_;                          // the last member, because its thread uses others
};

/// The stop flag of one run among several. A stop of all runs sets it; the run itself can set it
/// without stopping the others. Any thread.
class OwnStop {
 public:
  explicit OwnStop(StopOnSignal& of_all);
  OwnStop(const OwnStop&) = delete;
  OwnStop& operator=(const OwnStop&) = delete;
  ~OwnStop();

  [[nodiscard]] thread::StopFlag& flag() { return flag_; }

 private:
  StopOnSignal& of_all_;
  thread::StopFlag flag_;
};

}  // namespace tapedeck::tools
