// Runs stages on threads: names, pins, loops, waits, collects what went wrong, joins.
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
  /// Does a bounded amount of work without waiting; 0 when there was none.
  [[nodiscard]] virtual u32 poll() = 0;
  /// Nothing will ever be left to do.
  [[nodiscard]] virtual bool done() const = 0;
  /// How long its thread may sleep though nobody rings: stages that wait for the world outside,
  /// which rings no bell, are polled again after that. Empty: until rung.
  [[nodiscard]] virtual std::optional<Nanos> longest_sleep() const { return {}; }
  /// poll() threw. From now on it must not throw again, and must still come to be done() by doing
  /// the least that lets every other thread end.
  virtual void abandon() noexcept = 0;
};

/// Ends a run early. Any thread may ask and look.
class StopFlag {
 public:
  StopFlag() = default;
  /// Is requested with `whole` too, which is not with this one.
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
  /// Joins; whoever wants the first exception calls join() before.
  ~Runner() { join_all(); }

  /// Starts one thread a job. When a stage throws, `on_failure` is called once from its thread, so
  /// that the others can be told to end. Throws std::system_error when a thread cannot be started,
  /// after on_failure; the stages without a thread have then been abandoned and are done, so that
  /// join() of the others comes to an end.
  void start(std::vector<Job> jobs, std::function<void()> on_failure);
  /// Waits for all threads for at most `patience`; true when all have ended.
  [[nodiscard]] bool wait_for(Nanos patience);
  /// Waits for all threads, then throws StageFailure of the first exception.
  void join();
  /// What pinning came to, by thread, in the order of the jobs. After join().
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
  std::mutex mutex_;  // guards what is below
  std::condition_variable ended_;
  std::size_t running_ = 0;
  std::exception_ptr first_failure_;
  const Job* failed_job_ = nullptr;
};

/// An exception of a stage, told with the thread it happened in.
class StageFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tapedeck::thread
