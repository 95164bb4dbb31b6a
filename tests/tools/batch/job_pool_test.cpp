// Jobs on a pool's threads: all of them run, no more at a time than there are threads, and what one
// throws is its own future's.
#include "tools/batch/job_pool.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tapedeck::tools {
namespace {

TEST(JobPool, GivesBackWhatEachJobReturnsInTheOrderTheyWereGiven) {
  JobPool pool{3};
  std::vector<std::future<int>> results;
  for (int i = 0; i < 100; ++i) {
    results.push_back(pool.run([i] { return i * i; }));
  }
  for (int i = 0; i < 100; ++i) EXPECT_EQ(results[static_cast<std::size_t>(i)].get(), i * i);
}

TEST(JobPool, RunsNoMoreJobsAtATimeThanItHasThreads) {
  constexpr int kThreads = 2;
  std::atomic<int> running{0}, most{0};
  {
    JobPool pool{kThreads};
    for (int i = 0; i < 20; ++i) {
      (void)pool.run([&running, &most] {
        const int now = ++running;
        int seen = most;
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
        --running;
      });
    }
  }
  EXPECT_EQ(most, kThreads);
}

TEST(JobPool, KeepsWhatAJobThrowsForWhoeverAsks) {
  JobPool pool{1};
  std::future<void> bad = pool.run([] { throw std::runtime_error("no disk"); });
  std::future<int> good = pool.run([] { return 7; });
  EXPECT_EQ(good.get(), 7);
  EXPECT_THROW(bad.get(), std::runtime_error);
}

TEST(JobPool, WaitsForEveryJobBeforeItGoes) {
  std::atomic<int> done{0};
  {
    JobPool pool{1};
    for (int i = 0; i < 50; ++i) (void)pool.run([&done] { ++done; });
  }
  EXPECT_EQ(done, 50);
}

}  // namespace
}  // namespace tapedeck::tools
