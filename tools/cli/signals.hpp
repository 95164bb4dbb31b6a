// Receives SIGHUP, SIGINT and SIGTERM on a thread of its own: the first signal requests a stop, the
// second ends the process at once. SIGTSTP (Ctrl-Z) stops the process once Suspension's parts are
// prepared.
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
#include "tools/cli/suspension.hpp"

namespace tapedeck::tools {

/// The signals that request a stop. An ignored SIGHUP stays ignored, as under nohup.
inline constexpr std::array<int, 3> kStoppingSignals{SIGHUP, SIGINT, SIGTERM};
/// Returns the exit code of a run that the signal has stopped.
[[nodiscard]] constexpr ExitCode code_after(int signal) {
  constexpr int kShellBase = 128;
  return static_cast<ExitCode>(kShellBase + signal);
}
static_assert(code_after(SIGHUP) == ExitCode::hung_up &&
              code_after(SIGTERM) == ExitCode::terminated &&
              code_after(SIGINT) == ExitCode::interrupted);

/// How long a run may take to stop. After that, the process ends without results.
inline constexpr Nanos kDrainLimit{2 * kNanosPerSecond};

class SignalWatch {
 public:
  /// Construct it before any other thread is started, because threads inherit the mask that blocks
  /// the signals. At the first signal, the watching thread calls `first`. If this object still
  /// exists when `limit` has passed after the first signal, the watching thread calls `overdue`, if
  /// given.
  explicit SignalWatch(std::function<void()> first, std::function<void()> overdue = {},
                       Nanos limit = kDrainLimit);
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  ~SignalWatch();

  /// Returns the signal that requested the stop; 0 if there was none so far.
  [[nodiscard]] int received() const { return received_.load(); }
  /// Returns where parts register that must know of a stop by SIGTSTP. Any thread.
  [[nodiscard]] Suspension& suspension() const { return suspension_; }

 private:
  void watch();
  [[nodiscard]] bool takes_job_control(int signal);

  std::function<void()> first_, overdue_;
  Nanos limit_;
  std::atomic<int> received_{0};
  mutable Suspension suspension_;
  int signals_ = -1;  // readable when a signal arrives
  int end_ = -1;      // readable when the watch ends
  std::thread thread_;
};

/// Ends the process at once, with the exit code of `signal`, or with ExitCode::failed if `signal`
/// is 0. First deletes the temporary files of all outputs. Must not be called from a signal
/// handler.
[[noreturn]] void end_process_after(int signal);

/// A run's stop flag, which a signal sets. Construct it before the run starts any other thread.
class StopOnSignal {
 public:
  /// Says whether the engine (by_engine) or this object (here) enforces kDrainLimit.
  enum class Limit : u8 { by_engine, here };
  explicit StopOnSignal(Limit limit = Limit::by_engine)
      : watch_([this] { request(); }, limit == Limit::here ? std::function<void()>{[this] {
                 if (!ended_.load()) give_up();
               }}
                                                           : nullptr) {}

  [[nodiscard]] thread::StopFlag& flag() { return flag_; }
  /// Ends the time limit, because the work that it is for has ended. A second signal still ends the
  /// process.
  void set_ended() { ended_.store(true); }
  /// Returns SignalWatch::received().
  [[nodiscard]] int received() const { return watch_.received(); }
  /// Returns SignalWatch::suspension().
  [[nodiscard]] Suspension& suspension() const { return watch_.suspension(); }
  /// Ends the process at once, without results. The exit code is that of the signal, or
  /// ExitCode::failed if there was none.
  [[noreturn]] void give_up() const;

 private:
  friend class OwnStop;
  void request();

  thread::StopFlag flag_;
  std::atomic<bool> ended_{false};
  std::mutex mutex_;                           // guards also_asked_
  std::vector<thread::StopFlag*> also_asked_;  // the flags of OwnStop objects
  SignalWatch watch_;                          // last, because its thread uses the members above
};

/// The stop flag of one of several runs. A stop of all runs also sets this flag. The run itself can
/// set the flag without stopping the other runs. Any thread.
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
