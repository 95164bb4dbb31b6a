// Threads that wait for a file descriptor and for their doorbell at once: neither is slept through.
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/core/random.hpp"
#include "engine/thread/runner.hpp"
#include "engine/thread/stage_group.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::thread {
namespace {

class Piped {
 public:
  Piped() {
    if (::pipe2(ends_, O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("no pipe");
  }
  Piped(const Piped&) = delete;
  Piped& operator=(const Piped&) = delete;
  ~Piped() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  [[nodiscard]] int reader() const { return ends_[0]; }
  // Waits while the pipe is full.
  void write_one() const {
    const char byte = 'x';
    while (::write(ends_[1], &byte, 1) != 1) std::this_thread::yield();
  }
  [[nodiscard]] bool read_one() const {
    char byte = 0;
    return ::read(ends_[0], &byte, 1) == 1;
  }

 private:
  int ends_[2]{};
};

// Takes bytes of a pipe and counts of a number, one of each a poll. Done when it has taken as many
// as it is told, or at a stop.
class TwoSources final : public Stage {
 public:
  TwoSources(const Piped& pipe, u64 bytes, u64 numbers) : pipe_(pipe), left_{bytes, numbers} {}

  u32 poll() override {
    u32 work = 0;
    if (left_[0] > 0 && pipe_.read_one()) {
      --left_[0];
      ++work;
    }
    // Relaxed, because only the doorbell makes sure that the number is seen.
    if (left_[1] > 0 && popped_ < pushed_.load(std::memory_order_relaxed)) {
      --left_[1];
      ++popped_;
      ++work;
    }
    taken_.fetch_add(work, std::memory_order_release);
    return work;
  }
  bool done() const override { return left_[0] + left_[1] == 0 || stop_.requested(); }
  void add_descriptors(std::vector<int>& descriptors) const override {
    if (left_[0] > 0) descriptors.push_back(pipe_.reader());
  }
  void abandon() noexcept override { stop_.request(); }

  void push() { pushed_.fetch_add(1, std::memory_order_relaxed); }
  void stop() { stop_.request(); }
  [[nodiscard]] u64 taken() const { return taken_.load(std::memory_order_acquire); }

 private:
  const Piped& pipe_;
  u64 left_[2];
  u64 popped_ = 0;
  std::atomic<u64> pushed_{0};
  StopFlag stop_;
  std::atomic<u64> taken_{0};
};

class DescriptorWaits : public ::testing::TestWithParam<WaitKind> {
 protected:
  void start(Stage& stage) {
    runner_.start({{"waits", &stage, &bell_, {}}}, [] {});
  }
  static void wait_until(const TwoSources& stage, u64 taken) {
    while (stage.taken() < taken) std::this_thread::yield();
  }

  Piped pipe_;
  Doorbell bell_;
  Runner runner_{GetParam(), false};
};

TEST_P(DescriptorWaits, EndWithAByteAndWithARing) {
  TwoSources stage{pipe_, 3, 3};
  start(stage);
  for (u64 taken = 0; taken < 6; taken += 2) {
    pipe_.write_one();
    wait_until(stage, taken + 1);
    stage.push();
    bell_.ring();
    wait_until(stage, taken + 2);
  }
  runner_.join();
}

TEST_P(DescriptorWaits, EndWithAStop) {
  TwoSources stage{pipe_, 1, 1};
  start(stage);
  EXPECT_FALSE(runner_.wait_for(Nanos{5'000'000})) << "nothing has come";
  stage.stop();
  bell_.ring();
  runner_.join();
  EXPECT_EQ(stage.taken(), 0U);
}

TEST_P(DescriptorWaits, LoseNoWakeUpWhenBothSourcesAreBusy) {
  const u64 each = GetParam() == WaitKind::spin ? 2'000 : test::scaled(50'000);
  TwoSources stage{pipe_, each, each};
  start(stage);
  // Every byte and every count is waited for at random, so that the thread sleeps often.
  const auto pace = [&stage](Random& random, u64 i) {
    if (random.below(4) == 0) wait_until(stage, i);
  };
  std::thread writer{[&] {
    Random random{1};
    for (u64 i = 0; i < each; ++i) {
      pipe_.write_one();
      pace(random, i);
    }
  }};
  Random random{2};
  for (u64 i = 0; i < each; ++i) {
    stage.push();
    bell_.ring();
    pace(random, i);
  }
  writer.join();
  runner_.join();
  EXPECT_EQ(stage.taken(), 2 * each);
}

TEST_P(DescriptorWaits, OfAGroupAreForTheDescriptorsOfItsStagesThatAreNotDone) {
  const Piped other;
  TwoSources first{pipe_, 1, 0};
  TwoSources second{other, 1, 0};
  StageGroup group{{&first, &second}};
  std::vector<int> both;
  group.add_descriptors(both);
  EXPECT_EQ(both, (std::vector<int>{pipe_.reader(), other.reader()}));
  start(group);
  pipe_.write_one();
  wait_until(first, 1);
  std::this_thread::yield();
  other.write_one();
  runner_.join();
  EXPECT_EQ(second.taken(), 1U);
  std::vector<int> none;
  group.add_descriptors(none);
  EXPECT_TRUE(none.empty());
}

INSTANTIATE_TEST_SUITE_P(All, DescriptorWaits,
                         ::testing::Values(WaitKind::spin, WaitKind::yield, WaitKind::park,
                                           WaitKind::automatic),
                         [](const auto& kind) { return std::string{name_of(kind.param)}; });

TEST(DescriptorSleeps, EndAfterTheirTime) {
  const Piped silent;
  Doorbell bell;
  bell.prepare();
  bell.sleep_or_readable(std::vector<int>{silent.reader()}, Nanos{1'000'000});
  bell.prepare();
  bell.ring();
  bell.sleep_or_readable(std::vector<int>{silent.reader()});  // would not end without the ring
}

TEST(DescriptorSleeps, EndSoonWhereTheProcessHasNoDescriptorLeft) {
  const Piped silent;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  Doorbell bell;
  bell.prepare();
  bell.sleep_or_readable(std::vector<int>{silent.reader()});
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  bell.prepare();
  silent.write_one();
  bell.sleep_or_readable(std::vector<int>{silent.reader()});
}

}  // namespace
}  // namespace tapedeck::thread
