// Jobs on a fixed number of threads: each begins when a thread is free, in the order they were
// given.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

namespace tapedeck::tools {

class JobPool {
 public:
  /// At least one thread. Throws std::system_error when they are not to be had.
  explicit JobPool(std::size_t threads);
  JobPool(const JobPool&) = delete;
  JobPool& operator=(const JobPool&) = delete;
  /// Waits for every job.
  ~JobPool();

  /// The future has what the job returned or threw.
  template <class Job>
  [[nodiscard]] auto run(Job job) {
    using Result = std::invoke_result_t<Job&>;
    // Shared, since what is posted must be copyable and a packaged task is not.
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
