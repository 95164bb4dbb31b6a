// Runs each stage on a thread of its own: names and pins the threads, polls the stages, waits while
// there is no work, collects exceptions, and joins the threads.
//
// A stage does a piece of work in every poll(). It neither sleeps nor spins, and does not know its
// core. One thread uses the Runner. Each stage's own thread polls the stage.
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
  /// Does a bounded amount of work, and returns how much it did; 0 if there was no work. May block
  /// on a file, a pipe or a full queue, but never until another stage has been polled.
  [[nodiscard]] virtual u32 poll() = 0;
  /// Returns true once the stage has no work and will never have work again.
  [[nodiscard]] virtual bool done() const = 0;
  /// Returns how long the thread may sleep before it must poll again. Needed if the stage reads an
  /// external source, which cannot ring the doorbell. With the wait strategy `auto` the thread
  /// sleeps up to ten times as long while the source stays silent. Nothing: the thread sleeps until
  /// a ring.
  [[nodiscard]] virtual std::optional<Nanos> longest_sleep() const { return {}; }
  /// Appends the file descriptors that end the thread's sleep when they become readable. Needed if
  /// the stage reads a source that has one, as a socket. poll() must then take what made them
  /// readable. By default, none; the thread then sleeps without a descriptor.
  virtual void add_descriptors(std::vector<int>& /*descriptors*/) const {}
  /// Called after poll() has thrown, or if no thread could be started for the stage. From then on,
  /// poll() must not throw. It must only do the work that other threads need in order to end, until
  /// done() is true.
  virtual void abandon() noexcept = 0;
};

/// Ends a run early. Any thread may request a stop or test for one.
class StopFlag {
 public:
  StopFlag() = default;
  /// Makes a flag that is also set whenever `whole` is set. request() sets only this flag. `whole`,
  /// if not null, must outlive the flag.
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
  // Whether the thread waits as the runner's strategy says. Without, it parks: for a thread that
  // works now and then, and would keep a core from those that always do.
  bool may_spin = true;
};

class Runner {
 public:
  Runner(WaitKind wait, bool spare_cores) : wait_(wait), spare_cores_(spare_cores) {}
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  /// Joins all threads. To get the first exception, call join() first.
  ~Runner() { join_all(); }

  /// Starts one thread per job. The first stage that throws calls `on_failure` from its thread, so
  /// that the caller can stop the other stages. If a thread cannot be started, calls `on_failure`,
  /// abandons the stages that have no thread, and polls these stages until they are done, so that
  /// the other threads can end. Then throws std::system_error.
  void start(std::vector<Job> jobs, std::function<void()> on_failure);
  /// Waits until all threads have ended, but at most for `patience`. Returns true if all have
  /// ended.
  [[nodiscard]] bool wait_for(Nanos patience);
  /// Waits until all threads have ended. Then throws StageFailure if a stage has thrown; its text
  /// is that of the first exception.
  void join();
  /// Returns the placement that each thread really got, in the order of the jobs. Valid after
  /// join().
  [[nodiscard]] const std::vector<std::string>& placements() const { return placements_; }

 private:
  void loop(const Job& job, std::size_t index);
  void drive(const Job& job);
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

/// An exception that a stage has thrown. The text names the stage's thread.
class StageFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tapedeck::thread
