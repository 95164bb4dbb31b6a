// The only file that includes Boost.Asio, whose headers take seconds to compile.
#include "tools/batch/job_pool.hpp"

#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace tapedeck::tools {

// Not Asio's own pool, because that waits for its threads for ever when it cannot start the next
// one.
struct JobPool::Threads {
  explicit Threads(std::size_t count) : is_open(jobs.get_executor()) {
    threads.reserve(count);
    try {
      for (std::size_t i = 0; i < count; ++i) threads.emplace_back([this] { jobs.run(); });
    } catch (...) {
      jobs.stop();
      join();
      throw;
    }
  }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() {
    is_open.reset();
    join();
  }
  void join() {
    for (std::thread& thread : threads) {
      if (thread.joinable()) thread.join();
    }
  }

  boost::asio::io_context jobs;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> is_open;
  std::vector<std::thread> threads;
};

JobPool::JobPool(std::size_t threads) : threads_(std::make_unique<Threads>(threads)) {}

// Waits until every thread finds no job left.
JobPool::~JobPool() = default;

void JobPool::post(std::function<void()> job) {
  boost::asio::post(threads_->jobs, std::move(job));
}

}  // namespace tapedeck::tools
