// What the two threads of a ring promise, and the users of a recycling worker and of a queue.
#ifndef NDEBUG

#include "tests/support/contract_test.hpp"

#include <utility>

#include <gtest/gtest.h>

#include "engine/thread/batch_ring.hpp"
#include "engine/thread/recycling_worker.hpp"

namespace tapedeck::thread {
namespace {

class BatchRingContractDeathTest : public test::ContractTest {
 protected:
  [[nodiscard]] static OpenBatch filled_batch_of(BatchRing& ring) {
    OpenBatch open = ring.acquire(Spend::data);
    open.push(Event{});
    return open;
  }
  Batch* receive_one() {
    ring_.hand_over(filled_batch_of(ring_));
    return first_ = ring_.receive();
  }

  BatchRing ring_{2, 4};
  Batch* first_ = nullptr;
};

TEST_F(BatchRingContractDeathTest, ABatchHandedOverTwiceStopsADebugBuild) {
  OpenBatch open = filled_batch_of(ring_);
  ring_.hand_over(std::move(open));
  EXPECT_DEATH(ring_.hand_over(std::move(open)), "handed over once, by its owner");
}

TEST_F(BatchRingContractDeathTest, ABatchOfAnotherRingStopsADebugBuild) {
  BatchRing other{2, 4};
  EXPECT_DEATH(ring_.hand_over(filled_batch_of(other)), "a batch of this ring");
}

TEST_F(BatchRingContractDeathTest, ABatchHandedOverBeforeAnEarlierOneStopsADebugBuild) {
  [[maybe_unused]] const OpenBatch earlier = filled_batch_of(ring_);
  EXPECT_DEATH(ring_.hand_over(filled_batch_of(ring_)), "in its turn");
}

TEST_F(BatchRingContractDeathTest, AnOpenBatchThatIsOverwrittenStopsADebugBuild) {
  OpenBatch open = filled_batch_of(ring_);
  EXPECT_DEATH(open = ring_.acquire(Spend::data), "not overwritten");
}

TEST_F(BatchRingContractDeathTest, AnEventBeyondABatchsRoomStopsADebugBuild) {
  OpenBatch open = ring_.acquire(Spend::data);
  while (!open.full()) open.push(Event{});
  EXPECT_DEATH(open.push(Event{}), "full");
}

TEST_F(BatchRingContractDeathTest, AnEventPushedIntoNoBatchStopsADebugBuild) {
  OpenBatch none;
  EXPECT_DEATH(none.push(Event{}), "batch_ != nullptr");
}

TEST_F(BatchRingContractDeathTest, ABatchGivenBackTwiceStopsADebugBuild) {
  Batch* const batch = receive_one();
  ring_.give_back(batch);
  EXPECT_DEATH(ring_.give_back(batch), "the last receive\\(\\), given back once");
}

TEST_F(BatchRingContractDeathTest, ABatchGivenBackBeforeItWasHandedOverStopsADebugBuild) {
  ring_.give_back(receive_one());
  const std::size_t one = sizeof(Batch) + 2 * sizeof(Event);
  auto* const next = reinterpret_cast<Batch*>(reinterpret_cast<std::byte*>(first_) + one);
  EXPECT_DEATH(ring_.give_back(next), "given_back_");
}

TEST_F(BatchRingContractDeathTest, ALaneOfBatchesWithoutRoomStopsADebugBuild) {
  EXPECT_DEATH((BatchRing{0, 4}), "batch_events > 0");
}

using QueueContractDeathTest = test::ContractTest;

TEST_F(QueueContractDeathTest, ANullPointerPushedStopsADebugBuild) {
  HandOverQueue<int*> queue{1};
  EXPECT_DEATH((void)queue.try_push(nullptr), "item != nullptr");
}

using RecyclingWorkerContractDeathTest = test::ContractTest;

TEST_F(RecyclingWorkerContractDeathTest, APieceThatIsNoneOfItsOwnStopsADebugBuild) {
  RecyclingWorker<int> worker{1, "pieces", [](int&) {}};
  int foreign = 0;
  EXPECT_DEATH(worker.hand_over(foreign), "is_of_this");
}

TEST_F(RecyclingWorkerContractDeathTest, APieceHandedOverAfterTheEndStopsADebugBuild) {
  RecyclingWorker<int> worker{1, "pieces", [](int&) {}};
  int& piece = worker.take();
  worker.end();
  EXPECT_DEATH(worker.hand_over(piece), "after end\\(\\)");
}

}  // namespace
}  // namespace tapedeck::thread

#endif
