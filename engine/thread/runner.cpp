#include "engine/thread/runner.hpp"

#include <cassert>
#include <chrono>
#include <new>
#include <utility>

#include "engine/system/pinning.hpp"

namespace tapedeck::thread {

void Runner::start(std::vector<Job> jobs, std::function<void()> on_failure) {
  assert(threads_.empty() && "a runner starts once");
  jobs_ = std::move(jobs);
  on_failure_ = std::move(on_failure);
  placements_.resize(jobs_.size());
  threads_.reserve(jobs_.size());
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    {
      const std::lock_guard hold{mutex_};
      ++running_;
    }
    try {
      threads_.emplace_back([this, i] { loop(jobs_[i], i); });
    } catch (...) {
      {
        const std::lock_guard hold{mutex_};
        --running_;
      }
      on_failure_();
      give_up_from(i);
      throw;
    }
  }
}

// Finishes the stages that got no thread, because the stages with a thread wait for them.
void Runner::give_up_from(std::size_t first) {
  for (std::size_t i = first; i < jobs_.size(); ++i) jobs_[i].stage->abandon();
  for (bool all_done = false; !all_done; std::this_thread::yield()) {
    all_done = true;
    for (std::size_t i = first; i < jobs_.size(); ++i) {
      Stage& stage = *jobs_[i].stage;
      if (!stage.done()) (void)stage.poll();
      all_done &= stage.done();
    }
  }
}

void Runner::loop(const Job& job, std::size_t index) {
  try {
    system::name_this_thread(job.name);
    placements_[index] = system::pin_this_thread(job.core);
  } catch (...) {  // memory ran out
    failed(job);
    job.stage->abandon();
  }
  while (true) {
    try {
      drive(job);
      break;
    } catch (...) {
      failed(job);
      job.stage->abandon();
    }
  }
  const std::lock_guard hold{mutex_};
  --running_;
  ended_.notify_all();
}

void Runner::drive(const Job& job) {
  Stage& stage = *job.stage;
  Waiter waiter{job.may_spin ? wait_ : WaitKind::park, spare_cores_, *job.bell};
  std::vector<int> descriptors;
  const auto find_descriptors = [&] {
    descriptors.clear();
    if (waiter.may_sleep()) stage.add_descriptors(descriptors);
    return !descriptors.empty();
  };
  while (!stage.done()) {
    if (stage.poll() > 0) {
      waiter.worked();
    } else if (!stage.done() && waiter.idle(stage.longest_sleep(), find_descriptors())) {
      // The bell has been prepared, so that one more poll finds all work that came before.
      if (stage.poll() > 0 || stage.done()) {
        waiter.found_work();
      } else {
        find_descriptors();
        waiter.sleep(stage.longest_sleep(), descriptors);
      }
    }
  }
}

// Called while an exception is handled. The cause may be lack of memory, so that join() makes the
// message, when there is memory again.
void Runner::failed(const Job& job) {
  const std::lock_guard hold{mutex_};
  if (first_failure_ != nullptr) return;
  first_failure_ = std::current_exception();
  failed_job_ = &job;
  on_failure_();
}

bool Runner::wait_for(Nanos patience) {
  std::unique_lock hold{mutex_};
  return ended_.wait_for(hold, std::chrono::nanoseconds{patience.value},
                         [this] { return running_ == 0; });
}

void Runner::join_all() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Runner::join() {
  join_all();
  const std::lock_guard hold{mutex_};
  if (first_failure_ == nullptr) return;
  const std::string& thread = failed_job_->name;
  try {
    std::rethrow_exception(std::exchange(first_failure_, nullptr));
  } catch (const std::bad_alloc&) {
    throw StageFailure(thread + ": memory ran out");
  } catch (const std::exception& error) {
    throw StageFailure(thread + ": " + error.what());
  } catch (...) {
    throw StageFailure(thread + ": an exception of unknown type");
  }
}

}  // namespace tapedeck::thread
