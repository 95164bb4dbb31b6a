#include "engine/thread/stage_group.hpp"

#include <gtest/gtest.h>

namespace tapedeck::thread {
namespace {

class CountedStage final : public Stage {
 public:
  explicit CountedStage(u32 work, std::optional<Nanos> sleep = {}) : work_(work), sleep_(sleep) {}
  u32 poll() override {
    ++polls;
    if (work_ == 0) return 0;
    --work_;
    return 1;
  }
  [[nodiscard]] bool done() const override { return work_ == 0; }
  [[nodiscard]] std::optional<Nanos> longest_sleep() const override { return sleep_; }
  void abandon() noexcept override { abandoned = true; }

  int polls = 0;
  bool abandoned = false;

 private:
  u32 work_;
  std::optional<Nanos> sleep_;
};

TEST(StageGroup, PollsEachStageUntilItIsDone) {
  CountedStage one{1};
  CountedStage two{3};
  StageGroup group{{&one, &two}};
  EXPECT_EQ(group.poll(), 2U);
  EXPECT_FALSE(group.done());
  EXPECT_EQ(group.poll(), 1U);
  EXPECT_EQ(group.poll(), 1U);
  EXPECT_TRUE(group.done());
  EXPECT_EQ(one.polls, 1);
  EXPECT_EQ(two.polls, 3);
}

TEST(StageGroup, SleepsAsLongAsTheMostImpatientStageThatIsNotDone) {
  CountedStage patient{1, Nanos{50}};
  CountedStage impatient{1, Nanos{20}};
  CountedStage done{0, Nanos{1}};
  CountedStage any{1};
  EXPECT_EQ((StageGroup{{&patient, &impatient, &done, &any}}.longest_sleep()), Nanos{20});
  EXPECT_EQ((StageGroup{{&any, &done}}.longest_sleep()), std::nullopt);
}

TEST(StageGroup, AbandonsAllStages) {
  CountedStage one{1};
  CountedStage two{1};
  StageGroup group{{&one, &two}};
  group.abandon();
  EXPECT_TRUE(one.abandoned);
  EXPECT_TRUE(two.abandoned);
}

}  // namespace
}  // namespace tapedeck::thread
