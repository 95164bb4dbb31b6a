// Runs jobs on a fixed number of threads. Each job starts when a thread is free, in the order of
// the run() calls.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

namespace tapedeck::tools {

class JobPool {
 public:
  /// `threads` is at least 1. Throws std::system_error when the threads cannot be started.
  explicit JobPool(std::size_t threads);
  JobPool(const JobPool&) = delete;
  JobPool& operator=(const JobPool&) = delete;
  /// Waits for every job.
  ~JobPool();

  /// Queues the job. The future holds what the job returns or throws.
  template <class Job>
  [[nodiscard]] auto run(Job job) {
    using Result = std::invoke_result_t<Job&>;
    // A shared_ptr, because a posted function must be copyable and a packaged_task is not.
    auto task = std::make_shared<std::packaged_task<Result()>>(std::move(job));
    std::future<Result> result = task->get_future();
    post([task] { (*task)(); });
    return result;
  }

 private:
  struct Threads;

  void post(std::function<void()> job);

  std::unique_ptr<Threads> threads_;
};

}  // namespace tapedeck::tools
