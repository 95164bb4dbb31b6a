// SIGHUP, SIGINT and SIGTERM, received by a thread of their own: the first asks for a stop, the
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

/// Those that ask for a stop. SIGHUP only where it is not ignored, as under nohup.
inline constexpr std::array<int, 3> kStoppingSignals{SIGHUP, SIGINT, SIGTERM};
/// What a run that one of them stopped returns to the shell.
[[nodiscard]] constexpr ExitCode code_after(int signal) {
  constexpr int kShellBase = 128;
  return static_cast<ExitCode>(kShellBase + signal);
}
static_assert(code_after(SIGHUP) == ExitCode::hung_up &&
              code_after(SIGTERM) == ExitCode::terminated &&
              code_after(SIGINT) == ExitCode::interrupted);

/// How long a run may take to stop before it ends without results.
inline constexpr Nanos kDrainLimit{2 * kNanosPerSecond};

class SignalWatch {
 public:
  /// Must be made before any other thread, which all inherit that the signals are blocked. `first`
  /// is called from the watching thread.
  /// With `overdue`, that is called `limit` after the first signal, unless the watch has ended.
  explicit SignalWatch(std::function<void()> first, std::function<void()> overdue = {},
                       Nanos limit = kDrainLimit);
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  ~SignalWatch();

  /// The signal that asked for the stop; 0 while there was none.
  [[nodiscard]] int received() const { return received_.load(); }

 private:
  void watch();

  std::function<void()> first_, overdue_;
  Nanos limit_;
  std::atomic<int> received_{0};
  int signals_ = -1;  // becomes readable with a signal
  int end_ = -1;      // and with the end of the watch
  std::thread thread_;
};

/// Ends the process at once with the exit code of `signal`; 0: of a failure.
[[noreturn]] void end_process_after(int signal);

/// A run's stop, which a signal asks for. Must be made before any other thread of the run.
class StopOnSignal {
 public:
  /// Who sees to it that a stop takes no longer than kDrainLimit.
  enum class Limit : u8 { by_engine, here };
  explicit StopOnSignal(Limit limit = Limit::by_engine)
      : watch_([this] { request(); },
               limit == Limit::here ? std::function<void()>{[this] { give_up(); }} : nullptr) {}

  [[nodiscard]] thread::StopFlag& flag() { return flag_; }
  /// As SignalWatch::received().
  [[nodiscard]] int received() const { return watch_.received(); }
  /// Ends the process at once, without results, with the exit code of the signal or of a failure.
  [[noreturn]] void give_up() const;

 private:
  friend class OwnStop;
  void request();

  thread::StopFlag flag_;
  std::mutex mutex_;                           // guards the next
  std::vector<thread::StopFlag*> also_asked_;  // flags of runs that have their own
  SignalWatch watch_;                          // the last: it calls request()
};

/// The stop of one run among several: asked for with that of all, and by the run itself, which then
/// stops no other. Any thread.
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
