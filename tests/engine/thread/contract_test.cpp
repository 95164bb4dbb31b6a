// What the two threads of a lane promise, and the users of a conveyor and of a queue.
#ifndef NDEBUG

#include "tests/support/contract_test.hpp"

#include <utility>

#include <gtest/gtest.h>

#include "engine/thread/conveyor.hpp"
#include "engine/thread/lane.hpp"

namespace tapedeck::thread {
namespace {

class LaneContractDeathTest : public test::ContractTest {
 protected:
  [[nodiscard]] static OpenBatch filled_batch_of(Lane& lane) {
    OpenBatch open = lane.acquire(Spend::data);
    open.push(Event{});
    return open;
  }
  Batch* receive_one() {
    lane_.hand_over(filled_batch_of(lane_));
    return first_ = lane_.receive();
  }

  Lane lane_{2, 4};
  Batch* first_ = nullptr;
};

TEST_F(LaneContractDeathTest, ABatchHandedOverTwiceStopsADebugBuild) {
  OpenBatch open = filled_batch_of(lane_);
  lane_.hand_over(std::move(open));
  EXPECT_DEATH(lane_.hand_over(std::move(open)), "handed over once, by its owner");
}

TEST_F(LaneContractDeathTest, ABatchOfAnotherLaneStopsADebugBuild) {
  Lane other{2, 4};
  EXPECT_DEATH(lane_.hand_over(filled_batch_of(other)), "a batch of this lane");
}

TEST_F(LaneContractDeathTest, ABatchHandedOverBeforeAnEarlierOneStopsADebugBuild) {
  [[maybe_unused]] const OpenBatch earlier = filled_batch_of(lane_);
  EXPECT_DEATH(lane_.hand_over(filled_batch_of(lane_)), "in its turn");
}

TEST_F(LaneContractDeathTest, AnOpenBatchThatIsOverwrittenStopsADebugBuild) {
  OpenBatch open = filled_batch_of(lane_);
  EXPECT_DEATH(open = lane_.acquire(Spend::data), "not overwritten");
}

TEST_F(LaneContractDeathTest, AnEventBeyondABatchsRoomStopsADebugBuild) {
  OpenBatch open = lane_.acquire(Spend::data);
  while (!open.full()) open.push(Event{});
  EXPECT_DEATH(open.push(Event{}), "full");
}

TEST_F(LaneContractDeathTest, AnEventPushedIntoNoBatchStopsADebugBuild) {
  OpenBatch none;
  EXPECT_DEATH(none.push(Event{}), "batch_ != nullptr");
}

TEST_F(LaneContractDeathTest, ABatchGivenBackTwiceStopsADebugBuild) {
  Batch* const batch = receive_one();
  lane_.give_back(batch);
  EXPECT_DEATH(lane_.give_back(batch), "what receive\\(\\) returned last, once");
}

TEST_F(LaneContractDeathTest, ABatchGivenBackBeforeItWasHandedOverStopsADebugBuild) {
  lane_.give_back(receive_one());
  const std::size_t one = sizeof(Batch) + 2 * sizeof(Event);
  auto* const next = reinterpret_cast<Batch*>(reinterpret_cast<std::byte*>(first_) + one);
  EXPECT_DEATH(lane_.give_back(next), "given_back_");
}

TEST_F(LaneContractDeathTest, ALaneOfBatchesWithoutRoomStopsADebugBuild) {
  EXPECT_DEATH((Lane{0, 4}), "batch_events > 0");
}

using QueueContractDeathTest = test::ContractTest;

TEST_F(QueueContractDeathTest, ANullPointerPushedStopsADebugBuild) {
  HandOverQueue<int*> queue{1};
  EXPECT_DEATH((void)queue.try_push(nullptr), "item != nullptr");
}

using ConveyorContractDeathTest = test::ContractTest;

TEST_F(ConveyorContractDeathTest, APieceThatIsNoneOfItsOwnStopsADebugBuild) {
  Conveyor<int> conveyor{1, "pieces", [](int&) {}};
  int foreign = 0;
  EXPECT_DEATH(conveyor.hand_over(foreign), "is_of_this");
}

TEST_F(ConveyorContractDeathTest, APieceHandedOverAfterTheEndStopsADebugBuild) {
  Conveyor<int> conveyor{1, "pieces", [](int&) {}};
  int& piece = conveyor.take();
  conveyor.end();
  EXPECT_DEATH(conveyor.hand_over(piece), "after end\\(\\)");
}

}  // namespace
}  // namespace tapedeck::thread

#endif
