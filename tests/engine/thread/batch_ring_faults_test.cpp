// A ring whose queues break their promises, or are late: no batch is lost, and it is told.
#include <new>
#include <utility>

#include <gtest/gtest.h>

#include "engine/thread/batch_ring.hpp"
#include "tests/support/scripted_queue.hpp"

namespace tapedeck::thread {
namespace {

class RingOnScript : public ::testing::Test {
 protected:
  static void put(OpenBatch& batch, u64 number) {
    Event event{};
    event.kind = Kind::add;
    event.sequence = number;
    batch.push(event);
  }
  void send(u64 number) {
    OpenBatch open = ring_.acquire(Spend::control);
    ASSERT_TRUE(open);
    put(open, number);
    ring_.hand_over(std::move(open));
  }
  void expect_received(u64 number) {
    Batch* const batch = ring_.receive();
    ASSERT_NE(batch, nullptr);
    ASSERT_EQ(batch->size, 1U);
    EXPECT_EQ(batch->events()->sequence, number);
    ring_.give_back(batch);
  }
  static test::ScriptedQueue<Batch*>& forward() {
    return *test::ScriptedQueue<Batch*>::made().at(0);
  }

  BasicBatchRing<test::ScriptedQueue> ring_{2, 2};
  u64 all_ = ring_.batches() + kControlReserve;
};

TEST_F(RingOnScript, APointerThatComesBehindItsBatchIsNoFault) {
  forward().hidden = 1;  // the channel's thread stopped between telling the turn and pushing
  for (u64 number = 0; number < 5 * all_; ++number) {
    send(number);
    expect_received(number);
  }
  EXPECT_EQ(forward().items.size(), 1U);
  EXPECT_EQ(ring_.faults(), 0U);
}

TEST_F(RingOnScript, TwoPointersThatDoNotComeAreAFault) {
  forward().hidden = 2;
  for (u64 number = 0; number < 2; ++number) {
    send(number);
    expect_received(number);
  }
  EXPECT_EQ(ring_.faults(), 1U);
}

TEST_F(RingOnScript, AllBatchesAndOneLatePointerFitTheQueue) {
  forward().hidden = 1;
  send(0);
  expect_received(0);
  for (u64 number = 1; number <= all_; ++number) send(number);
  EXPECT_EQ(forward().most, all_ + 1);
  for (u64 number = 1; number <= all_; ++number) expect_received(number);
  EXPECT_EQ(ring_.faults(), 0U);
}

TEST_F(RingOnScript, AQueueThatReordersIsAFaultAndLosesNoBatch) {
  send(0);
  send(1);
  std::swap(forward().items[0], forward().items[1]);
  expect_received(0);
  expect_received(1);
  EXPECT_EQ(ring_.faults(), 2U);
}

TEST_F(RingOnScript, ARefusedPushIsAFaultAndTheBatchArrivesOnce) {
  forward().refuses = true;
  send(0);
  EXPECT_EQ(ring_.faults(), 1U);
  expect_received(0);
  EXPECT_EQ(ring_.receive(), nullptr);
}

TEST_F(RingOnScript, APushThatThrowsHandsOverOnceAndTheNextBatchArrives) {
  forward().refuses = forward().throws = true;
  OpenBatch open = ring_.acquire(Spend::data);
  put(open, 0);
  EXPECT_THROW(ring_.hand_over(std::move(open)), std::bad_alloc);
  EXPECT_FALSE(open) << "it could be handed over again";
  forward().refuses = forward().throws = false;
  send(1);
  expect_received(0);
  expect_received(1);
  EXPECT_EQ(ring_.receive(), nullptr);
  EXPECT_GT(ring_.faults(), 0U);
}

}  // namespace
}  // namespace tapedeck::thread
