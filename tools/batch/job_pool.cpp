// The only file that includes Boost.Asio, whose headers take seconds to compile.
#include "tools/batch/job_pool.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace tapedeck::tools {

struct JobPool::Threads {
  boost::asio::thread_pool pool;
};

JobPool::JobPool(std::size_t threads) : threads_(new Threads{boost::asio::thread_pool{threads}}) {}

// The pool's own destructor would leave out what has not begun.
JobPool::~JobPool() {
  threads_->pool.join();
}

void JobPool::post(std::function<void()> job) {
  boost::asio::post(threads_->pool, std::move(job));
}

}  // namespace tapedeck::tools
