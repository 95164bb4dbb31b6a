// Runs stages on threads: names, pins, loops, waits, collects exceptions, joins.
//
// A stage is an object with poll(); it never sleeps, spins, or knows its core. The runner is used
// from one thread; each stage is polled by its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/core/types.hpp"
#include "engine/thread/wait_strategy.hpp"

namespace tapedeck::thread {

class Stage {
 public:
  virtual ~Stage() = default;
  /// Does a bounded amount of work, and returns how much; 0 when there was none. It waits for no
  /// other stage's turn, but a file, a pipe or a full queue may hold it up.
  [[nodiscard]] virtual u32 poll() = 0;
  /// True once the stage has no more work and never will have.
  [[nodiscard]] virtual bool done() const = 0;
  /// How long the thread may sleep without a ring, because it waits for an external source, which
  /// rings no bell. Under `auto` it sleeps up to ten times as long when the source stays silent.
  /// Empty: sleeps until a ring.
  [[nodiscard]] virtual std::optional<Nanos> longest_sleep() const { return {}; }
  /// Called after poll() threw, or when the stage got no thread. From now on poll() must not throw,
  /// and must still reach done() with the least work that lets every other thread end.
  virtual void abandon() noexcept = 0;
};

/// Ends a run early. Any thread may request a stop or test for one.
class StopFlag {
 public:
  StopFlag() = default;
  /// A part of `whole`: a stop of `whole` stops it too; request() sets this flag only.
  explicit StopFlag(const StopFlag* whole) : whole_(whole) {}
  StopFlag(const StopFlag&) = delete;
  StopFlag& operator=(const StopFlag&) = delete;

  void request() { requested_.store(true, std::memory_order_release); }
  [[nodiscard]] bool requested() const {
    return requested_.load(std::memory_order_acquire) || (whole_ != nullptr && whole_->requested());
  }

 private:
  std::atomic<bool> requested_{false};
  const StopFlag* whole_ = nullptr;
};

struct Job {
  std::string name;
  Stage* stage;
  Doorbell* bell;
  std::optional<int> core;
};

class Runner {
 public:
  Runner(WaitKind wait, bool spare_cores) : wait_(wait), spare_cores_(spare_cores) {}
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  /// Joins all threads. To get the first exception, call join() before.
  ~Runner() { join_all(); }

  /// Starts one thread per job. When a stage throws, `on_failure` is called once from its thread,
  /// so that the others can be stopped. When a thread cannot be started, calls on_failure, abandons
  /// the stages without a thread and polls them until they are done, so that the others can end.
  /// Then throws std::system_error.
  void start(std::vector<Job> jobs, std::function<void()> on_failure);
  /// Waits for all threads for at most `patience`; true when all have ended.
  [[nodiscard]] bool wait_for(Nanos patience);
  /// Waits for all threads, then throws StageFailure of the first exception.
  void join();
  /// The placement that each thread really got, in the order of the jobs. After join().
  [[nodiscard]] const std::vector<std::string>& placements() const { return placements_; }

 private:
  void loop(const Job& job, std::size_t index);
  void drive(Stage& stage, Doorbell& bell);
  void give_up_from(std::size_t first);
  void failed(const Job& job);
  void join_all();

  WaitKind wait_;
  bool spare_cores_;
  std::function<void()> on_failure_;
  std::vector<Job> jobs_;
  std::vector<std::string> placements_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;  // guards the members below
  std::condition_variable ended_;
  std::size_t running_ = 0;
  std::exception_ptr first_failure_;
  const Job* failed_job_ = nullptr;
};

/// An exception of a stage, with the name of its thread in the message.
class StageFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tapedeck::thread
