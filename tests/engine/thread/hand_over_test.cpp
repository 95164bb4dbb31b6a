// The hand-over keeps what it is given: every batch once, in order, with its content, for any pool.
#include <array>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "engine/thread/batch_ring.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::thread {
namespace {

constexpr u64 kMillion = test::scaled(1'000'000);

// What came out of order, twice or not at all, told by the numbers alone.
class SequenceCheck {
 public:
  void see(u64 number) {
    if (number != expected_) ++faults_;
    expected_ = number + 1;
  }
  [[nodiscard]] u64 faults() const { return faults_; }
  [[nodiscard]] u64 seen_up_to() const { return expected_; }

 private:
  u64 expected_ = 0;
  u64 faults_ = 0;
};

// The canary of every check here: a queue that loses nothing but swaps two items now and then.
template <class T>
class ReorderingQueue {
 public:
  explicit ReorderingQueue(std::size_t capacity) : queue_(capacity) {}
  [[nodiscard]] bool try_push(T item) { return queue_.try_push(item); }
  [[nodiscard]] T try_pop() {
    if (held_ != nullptr) return std::exchange(held_, nullptr);
    T item = queue_.try_pop();
    if (item == nullptr || ++popped_ % 100 != 0) return item;
    T next = queue_.try_pop();
    if (next == nullptr) return item;
    held_ = item;
    return next;
  }

 private:
  HandOverQueue<T> queue_;
  T held_ = nullptr;
  u64 popped_ = 0;
};

// One thread pushes numbers, another checks them.
template <class Queue>
SequenceCheck passed_between_threads(u64 count) {
  constexpr std::size_t kCapacity = 32;
  Queue queue{kCapacity};
  std::vector<u64> items(count);
  std::thread producer{[&] {
    for (u64 i = 0; i < count; ++i) {
      items[i] = i;
      while (!queue.try_push(&items[i])) std::this_thread::yield();
    }
  }};
  SequenceCheck check;
  for (u64 i = 0; i < count;) {
    const u64* const item = queue.try_pop();
    if (item == nullptr) {
      std::this_thread::yield();
      continue;
    }
    check.see(*item);
    ++i;
  }
  producer.join();
  return check;
}

void fill(OpenBatch& batch, u64 number, u32 events) {
  for (u32 i = 0; i < events; ++i) {
    Event event{};
    event.kind = Kind::add;
    event.sequence = number;
    event.order.id = OrderId{number * 31 + i};
    batch.push(event);
  }
}
// True when every event is what fill() made it.
bool holds(const Batch& batch, u64 number) {
  for (u32 i = 0; i < batch.size; ++i) {
    const Event& event = batch.events()[i];
    if (event.sequence != number || event.order.id != OrderId{number * 31 + i}) return false;
  }
  return batch.size > 0;
}

// BatchRings of several channels to one shard or more, driven by hand.
class OneShard {
 public:
  OneShard(std::size_t channels, u32 batch_events, u32 batches)
      : next_(channels), check_(channels) {
    for (std::size_t i = 0; i < channels; ++i) rings_.emplace_back(batch_events, batches);
  }
  bool send(std::size_t channel) {
    OpenBatch batch = rings_[channel].acquire(Spend::data);
    if (!batch) return false;
    fill(batch, next_[channel]++, batch.room());
    rings_[channel].hand_over(std::move(batch));
    return true;
  }
  void drain() {
    for (std::size_t channel = 0; channel < rings_.size(); ++channel) {
      while (Batch* const batch = rings_[channel].receive()) {
        const u64 number = batch->events()[0].sequence;
        check_[channel].see(number);
        damaged_ += holds(*batch, number) ? 0U : 1U;
        rings_[channel].give_back(batch);
      }
    }
  }
  void expect_all_in_order() const {
    for (std::size_t channel = 0; channel < rings_.size(); ++channel) {
      EXPECT_EQ(check_[channel].faults(), 0U) << "channel " << channel;
      EXPECT_EQ(check_[channel].seen_up_to(), next_[channel]) << "channel " << channel;
      EXPECT_EQ(rings_[channel].faults(), 0U) << "channel " << channel;
      EXPECT_EQ(rings_[channel].depth(), 0U) << "channel " << channel;
    }
    EXPECT_EQ(damaged_, 0U);
  }
  [[nodiscard]] u64 sent(std::size_t channel) const { return next_[channel]; }

 private:
  std::deque<BatchRing> rings_;
  std::vector<u64> next_;
  std::vector<SequenceCheck> check_;
  u64 damaged_ = 0;
};

TEST(HandOverQueue, OneProducerTokenKeepsOrderBetweenTwoThreads) {
  const auto check = passed_between_threads<HandOverQueue<u64*>>(kMillion);
  EXPECT_EQ(check.faults(), 0U);
  EXPECT_EQ(check.seen_up_to(), kMillion);
}

TEST(HandOverQueue, AQueueThatReordersIsCaughtByTheCheck) {
  const auto check = passed_between_threads<ReorderingQueue<u64*>>(kMillion / 10);
  EXPECT_GT(check.faults(), 0U);
}

TEST(HandOverQueue, NeverRefusesWhileFewerThanItsCapacityAreInside) {
  for (const std::size_t capacity : {1U, 2U, 3U, 4U, 31U, 32U, 33U, 34U, 35U, 64U, 65U, 200U}) {
    HandOverQueue<u64*> queue{capacity};
    std::vector<u64> items(capacity);
    Random random{capacity};
    std::size_t inside = 0;
    u64 pushed = 0, popped = 0;
    for (int i = 0; i < 20'000; ++i) {
      if (inside < capacity && random.chance(0.5)) {
        ASSERT_TRUE(queue.try_push(&items[pushed++ % capacity])) << "capacity " << capacity;
        ++inside;
      } else if (inside > 0) {
        ASSERT_EQ(queue.try_pop(), &items[popped++ % capacity]) << "capacity " << capacity;
        --inside;
      }
    }
  }
}

TEST(BatchRings, OneFullAndDrainedChannelLeavesEveryOtherAMillionBatches) {
  constexpr std::size_t kChannels = 8;
  OneShard shard{kChannels, 1, 8};
  while (shard.send(0)) {
  }
  EXPECT_EQ(shard.sent(0), 8U);
  shard.drain();
  for (std::size_t channel = 1; channel < kChannels; ++channel) {
    while (shard.sent(channel) < kMillion) {
      if (!shard.send(channel)) shard.drain();
    }
  }
  EXPECT_TRUE(shard.send(0));
  shard.drain();
  shard.expect_all_in_order();
}

TEST(BatchRings, AOneBatchPoolGoesRoundAMillionTimes) {
  OneShard shard{1, 1, 1};
  while (shard.sent(0) < kMillion) {
    ASSERT_TRUE(shard.send(0));
    ASSERT_FALSE(shard.send(0));
    shard.drain();
  }
  shard.expect_all_in_order();
}

TEST(BatchRings, TheLastTwoBatchesAreForControlOnly) {
  BatchRing ring{4, 3};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ring.acquire(Spend::data));
  EXPECT_FALSE(ring.acquire(Spend::data));
  EXPECT_TRUE(ring.acquire(Spend::control));
  EXPECT_TRUE(ring.acquire(Spend::control));
  EXPECT_FALSE(ring.acquire(Spend::control));
}

TEST(BatchRings, AReturnedBatchComesBackEmptyWhenAllHaveGoneRound) {
  BatchRing ring{4, 1};
  Event end{};
  end.kind = Kind::end;
  std::vector<const Batch*> round;
  for (u32 i = 0; i < ring.batches() + kControlReserve; ++i) {
    OpenBatch open = ring.acquire(Spend::data);
    ASSERT_TRUE(open);
    open.push(end);
    ring.hand_over(std::move(open));
    EXPECT_EQ(ring.depth(), 1U);
    Batch* const batch = ring.receive();
    ASSERT_NE(batch, nullptr);
    EXPECT_TRUE(batch->has_barriers);
    round.push_back(batch);
    ring.give_back(batch);
  }
  for (const Batch* const batch : round) {
    OpenBatch again = ring.acquire(Spend::control);
    ASSERT_TRUE(again);
    ring.hand_over(std::move(again));
    Batch* const received = ring.receive();
    ASSERT_EQ(received, batch);
    EXPECT_EQ(received->size, 0U);
    EXPECT_FALSE(received->has_barriers);
    ring.give_back(received);
  }
  EXPECT_EQ(ring.faults(), 0U);
}

TEST(BatchRings, ABatchStaysAtHandUntilItIsGivenBack) {
  BatchRing ring{4, 3};
  EXPECT_EQ(ring.receive(), nullptr);
  OpenBatch open = ring.acquire(Spend::data);
  fill(open, 1, 1);
  EXPECT_EQ(ring.receive(), nullptr) << "it was not handed over";
  ring.hand_over(std::move(open));
  OpenBatch next = ring.acquire(Spend::data);
  fill(next, 2, 1);
  Batch* const first = ring.receive();
  ASSERT_NE(first, nullptr);
  EXPECT_TRUE(holds(*first, 1));
  ring.hand_over(std::move(next));
  EXPECT_EQ(ring.receive(), first);
  EXPECT_EQ(ring.depth(), 2U);
  ring.give_back(first);
  Batch* const second = ring.receive();
  ASSERT_NE(second, nullptr);
  EXPECT_TRUE(holds(*second, 2));
  ring.give_back(second);
  EXPECT_EQ(ring.receive(), nullptr);
  EXPECT_EQ(ring.depth(), 0U);
  EXPECT_EQ(ring.faults(), 0U);
}

// What a batch was before says nothing of what it is when it comes round again.
TEST(BatchRings, ABatchThatWentRoundIsNotTakenForANewOne) {
  BatchRing ring{2, 1};
  for (u64 number = 0; number < 10 * (ring.batches() + kControlReserve); ++number) {
    ASSERT_EQ(ring.receive(), nullptr) << number;
    OpenBatch open = ring.acquire(Spend::control);
    ASSERT_TRUE(open);
    fill(open, number, 1);
    ASSERT_EQ(ring.receive(), nullptr) << number;
    ring.hand_over(std::move(open));
    Batch* const batch = ring.receive();
    ASSERT_NE(batch, nullptr);
    EXPECT_TRUE(holds(*batch, number));
    ring.give_back(batch);
  }
  EXPECT_EQ(ring.faults(), 0U);
}

TEST(BatchRings, ABatchTellsWhenItsFirstEventWasTaken) {
  BatchRing ring{2, 1};
  for (const Nanos time : {Nanos{5}, Nanos{9}}) {
    OpenBatch open = ring.acquire(Spend::data);
    ASSERT_TRUE(open);
    open.set_taken_at(time);
    fill(open, 0, 1);
    ring.hand_over(std::move(open));
    Batch* const batch = ring.receive();
    ASSERT_NE(batch, nullptr);
    EXPECT_EQ(batch->taken_at, time);
    ring.give_back(batch);
  }
}

// 8 channel threads, 4 shard threads, a ring for each pair.
class EightByFour {
 public:
  static constexpr std::size_t kChannels = 8, kShards = 4;

  EightByFour(u32 batch_events, u32 batches) {
    for (std::size_t i = 0; i < kChannels * kShards; ++i)
      rings_.emplace_back(batch_events, batches);
  }
  void run(u64 batches_a_ring) {
    std::vector<std::thread> threads;
    for (std::size_t channel = 0; channel < kChannels; ++channel) {
      threads.emplace_back([this, channel, batches_a_ring] { produce(channel, batches_a_ring); });
    }
    for (std::size_t shard = 0; shard < kShards; ++shard) {
      threads.emplace_back([this, shard, batches_a_ring] { consume(shard, batches_a_ring); });
    }
    for (std::thread& thread : threads) thread.join();
  }
  void expect_all_in_order(u64 batches_a_ring) const {
    for (std::size_t i = 0; i < rings_.size(); ++i) {
      EXPECT_EQ(check_[i].faults(), 0U) << "ring " << i;
      EXPECT_EQ(check_[i].seen_up_to(), batches_a_ring) << "ring " << i;
      EXPECT_EQ(damaged_[i], 0U) << "ring " << i;
      EXPECT_EQ(rings_[i].faults(), 0U) << "ring " << i;
    }
  }

 private:
  void produce(std::size_t channel, u64 batches_a_ring) {
    Random random{channel};
    std::array<u64, kShards> sent{};
    for (u64 left = batches_a_ring * kShards; left > 0;) {
      const std::size_t shard = random.below(kShards);
      if (sent[shard] == batches_a_ring) continue;
      BatchRing& ring = rings_[channel * kShards + shard];
      OpenBatch batch = ring.acquire(random.chance(0.1) ? Spend::control : Spend::data);
      if (!batch) {
        std::this_thread::yield();
        continue;
      }
      fill(batch, sent[shard]++, 1 + static_cast<u32>(random.below(batch.room())));
      ring.hand_over(std::move(batch));
      --left;
    }
  }
  void consume(std::size_t shard, u64 batches_a_ring) {
    for (u64 left = batches_a_ring * kChannels; left > 0;) {
      const u64 before = left;
      for (std::size_t channel = 0; channel < kChannels; ++channel) {
        const std::size_t at = channel * kShards + shard;
        Batch* const batch = rings_[at].receive();
        if (batch == nullptr) continue;
        const u64 number = batch->events()[0].sequence;
        check_[at].see(number);
        damaged_[at] += holds(*batch, number) ? 0U : 1U;
        batch->events()[0].sequence = ~u64{0};  // whoever reads it from here on reads rubbish
        rings_[at].give_back(batch);
        --left;
      }
      if (left == before) std::this_thread::yield();
    }
  }

  std::deque<BatchRing> rings_;
  std::array<SequenceCheck, kChannels * kShards> check_;
  std::array<u64, kChannels * kShards> damaged_{};
};

TEST(BatchRings, EightChannelsAndFourShardsKeepEveryRingInOrder) {
  constexpr u64 kBatches = test::scaled(50'000);
  EightByFour rings{4, 8};
  rings.run(kBatches);
  rings.expect_all_in_order(kBatches);
}

TEST(BatchRings, EightChannelsAndFourShardsDoItWithOneBatchPools) {
  constexpr u64 kBatches = test::scaled(20'000);
  EightByFour rings{1, 1};
  rings.run(kBatches);
  rings.expect_all_in_order(kBatches);
}

}  // namespace
}  // namespace tapedeck::thread
