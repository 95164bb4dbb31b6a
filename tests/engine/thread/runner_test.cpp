// The runner and the waits: nobody sleeps through work, every thread ends, the first failure is
// told with its thread's name.
#include "engine/thread/runner.hpp"

#include <atomic>
#include <fstream>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>

#include "engine/thread/hand_over_queue.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::thread {
namespace {

// Passes a token to the next player `rounds` times: every pass is a wake-up that must not be lost.
class Player final : public Stage {
 public:
  Player(u64 rounds, Doorbell& next_bell) : rounds_(rounds), next_bell_(next_bell) {}
  void pass_to(Player& next) { next_ = &next; }
  void serve() { inbox_.push(&token_); }

  u32 poll() override {
    u64* const token = inbox_.try_pop();
    if (token == nullptr) return 0;
    ++*token;
    sum_ += *token;
    --rounds_;
    next_->inbox_.push(token);
    next_bell_.ring();
    return 1;
  }
  bool done() const override { return rounds_ == 0; }
  void abandon() noexcept override { rounds_ = 0; }
  [[nodiscard]] u64 sum() const { return sum_; }

 private:
  u64 rounds_;
  Doorbell& next_bell_;
  Player* next_ = nullptr;
  HandOverQueue<u64*> inbox_{4};
  u64 token_ = 0;
  u64 sum_ = 0;
};

// Polls until told, by a flag that on_failure raises; throws at the poll it is told to.
class Worker final : public Stage {
 public:
  explicit Worker(std::atomic<bool>& stop, u64 throw_at = 0) : stop_(stop), throw_at_(throw_at) {}
  u32 poll() override {
    if (++polls_ == throw_at_) throw std::runtime_error("it broke");
    seen_stop_ = stop_.load();
    return 0;
  }
  bool done() const override { return seen_stop_ || abandoned_; }
  void abandon() noexcept override { abandoned_ = true; }
  [[nodiscard]] bool abandoned() const { return abandoned_; }

 private:
  std::atomic<bool>& stop_;
  u64 throw_at_;
  u64 polls_ = 0;
  bool seen_stop_ = false;
  std::atomic<bool> abandoned_{false};
};

class WaitKinds : public ::testing::TestWithParam<WaitKind> {};

TEST_P(WaitKinds, NoPassOfAPingPongIsSleptThrough) {
  // Spinning threads that share a core pass once a time slice.
  const u64 rounds = GetParam() == WaitKind::spin ? 200 : test::scaled(100'000);
  Doorbell bells[2];
  Player first{rounds, bells[1]}, second{rounds, bells[0]};
  first.pass_to(second);
  second.pass_to(first);
  first.serve();
  Runner runner{GetParam(), false};
  runner.start({{"first", &first, &bells[0], {}}, {"second", &second, &bells[1], {}}}, [] {});
  runner.join();
  EXPECT_EQ(first.sum(), rounds * rounds);
  EXPECT_EQ(second.sum(), rounds * (rounds + 1));
}

INSTANTIATE_TEST_SUITE_P(All, WaitKinds,
                         ::testing::Values(WaitKind::spin, WaitKind::yield, WaitKind::park,
                                           WaitKind::automatic),
                         [](const auto& kind) { return std::string{name_of(kind.param)}; });

TEST(Waits, EveryNameParsesToTheKindThatBearsIt) {
  for (const std::string_view name : {"spin", "yield", "park", "auto"}) {
    ASSERT_TRUE(parse_wait(name)) << name;
    EXPECT_EQ(name_of(*parse_wait(name)), name);
  }
  EXPECT_FALSE(parse_wait("sleep"));
}

TEST(Runners, AFailureIsToldWithItsThreadAndEndsTheOthers) {
  std::atomic<bool> stop{false};
  Doorbell bells[3];
  Worker calm{stop}, broken{stop, 5}, other{stop};
  Runner runner{WaitKind::yield, false};
  int told = 0;
  runner.start({{"calm", &calm, &bells[0], {}},
                {"broken", &broken, &bells[1], {}},
                {"other", &other, &bells[2], {}}},
               [&] {
                 ++told;
                 stop = true;
               });
  try {
    runner.join();
    FAIL() << "the failure was swallowed";
  } catch (const StageFailure& failure) {
    EXPECT_STREQ(failure.what(), "broken: it broke");
  }
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(broken.abandoned());
  EXPECT_FALSE(calm.abandoned());
}

// What is told of it must not need the memory that there is none of.
TEST(Runners, MemoryThatRunsOutIsTold) {
  class Greedy final : public Stage {
   public:
    u32 poll() override {
      if (!abandoned_) throw std::bad_alloc{};
      return 0;
    }
    [[nodiscard]] bool done() const override { return abandoned_; }
    void abandon() noexcept override { abandoned_ = true; }

   private:
    bool abandoned_ = false;
  };
  Greedy greedy;
  Doorbell bell;
  Runner runner{WaitKind::park, false};
  runner.start({{"a thread whose name is longer than a short string", &greedy, &bell, {}}}, [] {});
  try {
    runner.join();
    FAIL() << "the failure was swallowed";
  } catch (const StageFailure& failure) {
    EXPECT_STREQ(failure.what(),
                 "a thread whose name is longer than a short string: memory ran out");
  }
}

TEST(Waits, ThreadsThatShareCoresDoNotSpin) {
  EXPECT_EQ(wait_among(WaitKind::spin, 3, 2), WaitKind::automatic);
  EXPECT_EQ(wait_among(WaitKind::spin, 2, 2), WaitKind::spin);
  for (const WaitKind kind : {WaitKind::yield, WaitKind::park, WaitKind::automatic}) {
    EXPECT_EQ(wait_among(kind, 9, 2), kind);
  }
}

TEST(Runners, OfTwoFailuresExactlyOneIsTold) {
  for (int round = 0; round < 100; ++round) {
    std::atomic<bool> stop{false};
    Doorbell bells[2];
    Worker a{stop, 3}, b{stop, 3};
    Runner runner{WaitKind::yield, false};
    std::atomic<int> told{0};
    runner.start({{"a", &a, &bells[0], {}}, {"b", &b, &bells[1], {}}}, [&] { ++told; });
    EXPECT_THROW(runner.join(), StageFailure);
    EXPECT_EQ(told, 1);
    EXPECT_NO_THROW(runner.join());
  }
}

TEST(Runners, WaitingGivesUpInTimeAndLaterSeesTheEnd) {
  std::atomic<bool> stop{false};
  Doorbell bell;
  Worker worker{stop};
  Runner runner{WaitKind::yield, false};
  runner.start({{"worker", &worker, &bell, {}}}, [] {});
  EXPECT_FALSE(runner.wait_for(Nanos{1'000'000}));
  stop = true;
  EXPECT_TRUE(runner.wait_for(Nanos{60 * kNanosPerSecond}));
  runner.join();
  ASSERT_EQ(runner.placements().size(), 1U);
  EXPECT_FALSE(runner.placements()[0].empty());
}

// Waits for something that rings no bell, and says so.
class Outsider final : public Stage {
 public:
  explicit Outsider(const std::atomic<bool>& arrived) : arrived_(arrived) {}
  u32 poll() override {
    ++polls;
    seen_ = arrived_.load();
    return 0;
  }
  bool done() const override { return seen_; }
  std::optional<Nanos> longest_sleep() const override { return Nanos{100'000}; }
  void abandon() noexcept override { seen_ = true; }
  std::atomic<u64> polls{0};

 private:
  const std::atomic<bool>& arrived_;
  bool seen_ = false;
};

TEST(Runners, AStageThatWaitsForTheWorldOutsideIsPolledAgainUnrung) {
  std::atomic<bool> arrived{false};
  Doorbell bell;
  Outsider stage{arrived};
  Runner runner{WaitKind::park, false};
  runner.start({{"outsider", &stage, &bell, {}}}, [] {});
  while (stage.polls < 500) std::this_thread::yield();  // far past its short spin
  arrived = true;
  EXPECT_TRUE(runner.wait_for(Nanos{60 * kNanosPerSecond}));
  bell.ring();
  runner.join();
}

// A stage that is asked for its descriptors, which only a thread that may sleep does.
class Asked final : public Stage {
 public:
  u32 poll() override { return ++polls_ == kPolls ? 1 : 0; }
  bool done() const override { return polls_ >= kPolls; }
  std::optional<Nanos> longest_sleep() const override { return Nanos{1'000}; }
  void add_descriptors(std::vector<int>& /*descriptors*/) const override { may_sleep = true; }
  void abandon() noexcept override { polls_ = kPolls; }
  mutable bool may_sleep = false;

 private:
  static constexpr u32 kPolls = 2'000;
  u32 polls_ = 0;
};

TEST(Runners, AJobThatMayNotSpinSleepsWhateverTheOthersDo) {
  for (const bool may_spin : {false, true}) {
    Asked stage;
    Doorbell bell;
    Runner runner{WaitKind::spin, true};
    runner.start({{"asked", &stage, &bell, {}, may_spin}}, [] {});
    runner.join();
    EXPECT_EQ(stage.may_sleep, !may_spin);
  }
}

// Ends when its partner has been abandoned, as a line ends only when its shards recycle.
class Partner final : public Stage {
 public:
  explicit Partner(const Worker& other) : other_(other) {}
  u32 poll() override {
    done_ = other_.abandoned();
    return 0;
  }
  bool done() const override { return done_; }
  void abandon() noexcept override { done_ = true; }

 private:
  const Worker& other_;
  bool done_ = false;
};

// Lets one more thread start and not two: their stacks are larger than what is left.
class RoomForOneThread {
 public:
  RoomForOneThread() {
    pthread_attr_t large;
    pthread_attr_init(&large);
    pthread_attr_setstacksize(&large, kStack);
    pthread_getattr_default_np(&before_);
    pthread_setattr_default_np(&large);
    pthread_attr_destroy(&large);
    getrlimit(RLIMIT_AS, &limit_);
    u64 pages = 0;
    std::ifstream{"/proc/self/statm"} >> pages;
    const rlimit tight{pages * 4096 + kStack * 3 / 2, limit_.rlim_max};
    setrlimit(RLIMIT_AS, &tight);
  }
  RoomForOneThread(const RoomForOneThread&) = delete;
  RoomForOneThread& operator=(const RoomForOneThread&) = delete;
  ~RoomForOneThread() {
    setrlimit(RLIMIT_AS, &limit_);
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }

 private:
  static constexpr std::size_t kStack = std::size_t{512} << 20;
  pthread_attr_t before_;
  rlimit limit_{};
};

TEST(Runners, WhenAThreadCannotBeStartedTheOthersStillEnd) {
  if (test::kSanitized) GTEST_SKIP() << "a sanitizer's shadow fits under no such limit";
  std::atomic<bool> stop{false};
  Doorbell bells[2];
  Worker never_started{stop};
  Partner started{never_started};
  int told = 0;
  {
    Runner runner{WaitKind::yield, false};
    const RoomForOneThread room;
    EXPECT_THROW(runner.start({{"started", &started, &bells[0], {}},
                               {"never", &never_started, &bells[1], {}}},
                              [&told] { ++told; }),
                 std::system_error);
    // Without the abandoned stage's end this join would wait for ever.
    runner.join();
  }
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(started.done());
  EXPECT_TRUE(never_started.abandoned());
}

}  // namespace
}  // namespace tapedeck::thread
