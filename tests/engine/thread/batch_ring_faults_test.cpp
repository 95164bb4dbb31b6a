// A ring whose way back breaks its promises, or is late: no batch is lost, and it is told.
#include <new>
#include <utility>

#include <gtest/gtest.h>

#include "engine/thread/batch_ring.hpp"
#include "tests/support/scripted_queue.hpp"

namespace tapedeck::thread {
namespace {

class RingOnScript : public ::testing::Test {
 protected:
  void send(u64 number) {
    OpenBatch open = ring_.acquire(Spend::control);
    ASSERT_TRUE(open);
    Event event{};
    event.kind = Kind::add;
    event.sequence = number;
    open.push(event);
    ring_.hand_over(std::move(open));
  }
  Batch* expect_received(u64 number) {
    Batch* const batch = ring_.receive();
    EXPECT_NE(batch, nullptr);
    if (batch == nullptr) return nullptr;
    EXPECT_EQ(batch->size, 1U);
    EXPECT_EQ(batch->events()->sequence, number);
    return batch;
  }
  void pass(u64 number) {
    send(number);
    Batch* const batch = expect_received(number);
    if (batch != nullptr) ring_.give_back(batch);
  }
  static test::ScriptedQueue<Batch*>& back() { return *test::ScriptedQueue<Batch*>::made().at(0); }

  BasicBatchRing<test::ScriptedQueue> ring_{2, 2};
  u64 all_ = ring_.batches() + kControlReserve;
};

TEST_F(RingOnScript, BatchesGoRoundAndTheQueueHoldsEachOnce) {
  for (u64 number = 0; number < 5 * all_; ++number) pass(number);
  EXPECT_LE(back().most, all_);
  EXPECT_EQ(ring_.faults(), 0U);
}

TEST_F(RingOnScript, ABatchThatIsLateOnItsWayBackIsNotFreeYetAndNoFault) {
  back().hidden = 1;
  for (u64 number = 0; number < all_; ++number) pass(number);
  for (u64 number = all_; number < 2 * all_ - 1; ++number) pass(number);
  EXPECT_EQ(back().items.size(), all_);
  back().hidden = all_;
  EXPECT_FALSE(ring_.acquire(Spend::control));
  back().hidden = 0;
  pass(2 * all_);
  EXPECT_EQ(ring_.faults(), 0U);
}

TEST_F(RingOnScript, AQueueThatReordersIsAFaultAndLosesNoBatch) {
  for (u64 number = 0; number < all_; ++number) pass(number);
  std::swap(back().items[0], back().items[1]);
  for (u64 number = all_; number < 3 * all_; ++number) pass(number);
  EXPECT_EQ(ring_.faults(), 2U);
}

TEST_F(RingOnScript, ARefusedBatchIsAFaultAndComesBackAllTheSame) {
  back().refuses = true;
  for (u64 number = 0; number < 3 * all_; ++number) pass(number);
  EXPECT_EQ(ring_.faults(), 3 * all_);
}

TEST_F(RingOnScript, ABatchThatCannotBeGivenBackStaysWithTheShard) {
  send(0);
  send(1);
  Batch* const batch = expect_received(0);
  back().refuses = back().throws = true;
  EXPECT_THROW(ring_.give_back(batch), std::bad_alloc);
  EXPECT_EQ(ring_.receive(), batch);
  back().refuses = back().throws = false;
  ring_.give_back(batch);
  ring_.give_back(expect_received(1));
  EXPECT_EQ(ring_.receive(), nullptr);
  EXPECT_EQ(back().items.size(), 2U);
  EXPECT_GT(ring_.faults(), 0U);
}

}  // namespace
}  // namespace tapedeck::thread
