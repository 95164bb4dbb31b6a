// What handing events from one thread to another costs, by the way they go.
//
// All ways carry whole events of 64 bytes, hold about as many of them as a ring of the engine does,
// and are filled and read as fast as their two threads can, one on each of two cores where there
// are two. The reader looks at every event: numbers must come in order, and the contents must sum
// up. Both threads wait by trying again, and offer their core now and then: two busy cores never
// hang.
#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <concurrentqueue.h>
#include <readerwriterqueue.h>

#include "bench/support/program.hpp"
#include "engine/core/event.hpp"
#include "engine/system/pinning.hpp"
#include "engine/thread/batch_ring.hpp"

namespace tapedeck {
namespace {

constexpr u32 kCapacity = 8'192;  // events: what 32 batches of 256 hold

void write(Event& event, u64 number) {
  event = Event{};
  event.kind = Kind::add;
  event.sequence = number;
  event.order.id = OrderId{number * 31};
  event.order.quantity = Quantity{static_cast<i64>(number % 1'000)};
}

// What has come, told by the events themselves.
class Received {
 public:
  void see(const Event& event) {
    disorder_ += event.sequence != count_ ? 1U : 0U;
    sum_ += event.order.id.value + static_cast<u64>(event.order.quantity.value);
    ++count_;
  }
  [[nodiscard]] u64 count() const { return count_; }
  [[nodiscard]] u64 sum() const { return sum_; }
  void require_all() const {
    bench::require(disorder_ == 0, "events came out of order");
    u64 expected = 0;
    for (u64 number = 0; number < count_; ++number) expected += number * 31 + number % 1'000;
    bench::require(sum_ == expected, "events came with another content");
  }

 private:
  u64 count_ = 0, sum_ = 0, disorder_ = 0;
};

// A way has two ends, each for one thread: push() sends events from number `next` on, before `end`,
// and returns how many found room; pop() shows some of those that have come and returns how many.

// A queue of moodycamel's for a set number of events allocates nothing once it is there:
// try_enqueue never does, and the index of its blocks must be large enough from the start.
struct QueueTraits : moodycamel::ConcurrentQueueDefaultTraits {
  static const std::size_t EXPLICIT_INITIAL_INDEX_SIZE = kCapacity / BLOCK_SIZE;
  static const std::size_t IMPLICIT_INITIAL_INDEX_SIZE = kCapacity / BLOCK_SIZE;
};
using ConcurrentQueue = moodycamel::ConcurrentQueue<Event, QueueTraits>;

class WithTokens {
 public:
  u64 push(u64 next, u64 /*end*/) {
    write(event_, next);
    return queue_.try_enqueue(producer_, event_) ? 1 : 0;
  }
  u64 pop(Received& received) {
    Event event;
    if (!queue_.try_dequeue(consumer_, event)) return 0;
    received.see(event);
    return 1;
  }

 private:
  ConcurrentQueue queue_{kCapacity, 1, 0};
  moodycamel::ProducerToken producer_{queue_};
  moodycamel::ConsumerToken consumer_{queue_};
  Event event_{};
};

class WithoutTokens {
 public:
  u64 push(u64 next, u64 /*end*/) {
    write(event_, next);
    return queue_.try_enqueue(event_) ? 1 : 0;
  }
  u64 pop(Received& received) {
    Event event;
    if (!queue_.try_dequeue(event)) return 0;
    received.see(event);
    return 1;
  }

 private:
  ConcurrentQueue queue_{kCapacity, 0, 1};
  Event event_{};
};

template <u32 kEvents>
class InBulk {
 public:
  u64 push(u64 next, u64 end) {
    const u64 count = std::min<u64>(kEvents, end - next);
    for (u64 i = 0; i < count; ++i) write(outgoing_[i], next + i);
    return queue_.try_enqueue_bulk(producer_, outgoing_.begin(), count) ? count : 0;
  }
  u64 pop(Received& received) {
    const u64 count = queue_.try_dequeue_bulk(consumer_, incoming_.begin(), kEvents);
    for (u64 i = 0; i < count; ++i) received.see(incoming_[i]);
    return count;
  }

 private:
  ConcurrentQueue queue_{kCapacity, 1, 0};
  moodycamel::ProducerToken producer_{queue_};
  moodycamel::ConsumerToken consumer_{queue_};
  std::array<Event, kEvents> outgoing_{};
  std::array<Event, kEvents> incoming_{};
};

template <u32 kEvents>
class RingOfBatches {
 public:
  u64 push(u64 next, u64 end) {
    thread::OpenBatch batch = ring_.acquire(thread::Spend::data);
    if (!batch) return 0;
    const u64 count = std::min<u64>(kEvents, end - next);
    for (u64 i = 0; i < count; ++i) {
      write(event_, next + i);
      batch.push(event_);
    }
    ring_.hand_over(std::move(batch));
    return count;
  }
  u64 pop(Received& received) {
    thread::Batch* const batch = ring_.receive();
    if (batch == nullptr) return 0;
    for (const Event& event : batch->content()) received.see(event);
    const u64 count = batch->size;
    ring_.give_back(batch);
    return count;
  }

 private:
  thread::BatchRing ring_{kEvents, kCapacity / kEvents};
  Event event_{};
};

class OneReaderOneWriter {
 public:
  u64 push(u64 next, u64 /*end*/) {
    write(event_, next);
    return queue_.try_enqueue(event_) ? 1 : 0;
  }
  u64 pop(Received& received) {
    Event event;
    if (!queue_.try_dequeue(event)) return 0;
    received.see(event);
    return 1;
  }

 private:
  moodycamel::ReaderWriterQueue<Event> queue_{kCapacity};
  Event event_{};
};

class DequeUnderMutex {
 public:
  u64 push(u64 next, u64 /*end*/) {
    write(event_, next);
    const std::lock_guard hold{mutex_};
    if (events_.size() == kCapacity) return 0;
    events_.push_back(event_);
    return 1;
  }
  u64 pop(Received& received) {
    std::optional<Event> event;
    {
      const std::lock_guard hold{mutex_};
      if (events_.empty()) return 0;
      event = events_.front();
      events_.pop_front();
    }
    received.see(*event);
    return 1;
  }

 private:
  std::mutex mutex_;
  std::deque<Event> events_;
  Event event_{};
};

// Tries again at once for a while, then lets somebody else run.
class Patience {
 public:
  void wait() {
    if (++tries_ % kTries == 0) std::this_thread::yield();
  }

 private:
  static constexpr u32 kTries = 1'000;
  u32 tries_ = 0;
};

void pin_to(std::size_t thread) {
  const auto cores = system::assign_cores({system::PinPlan::Mode::automatic, {}}, 2);
  (void)system::pin_this_thread(cores[thread]);
}

// Sends that many events from one thread to another, and returns what came.
template <class Way>
Received handed_over(u64 events) {
  const auto way = std::make_unique<Way>();
  Received received;
  std::thread writer{[&way, events] {
    pin_to(0);
    Patience patience;
    for (u64 next = 0; next < events;) {
      const u64 sent = way->push(next, events);
      if (sent == 0) patience.wait();
      next += sent;
    }
  }};
  std::thread reader{[&way, &received, events] {
    pin_to(1);
    Patience patience;
    while (received.count() < events) {
      if (way->pop(received) == 0) patience.wait();
    }
  }};
  writer.join();
  reader.join();
  return received;
}

template <class Way>
void hand_over(benchmark::State& state) {
  const u64 events = bench::sized(2'000'000, 20'000);
  for (auto _ : state) {
    const Received received = handed_over<Way>(events);
    state.PauseTiming();
    received.require_all();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<i64>(events) * state.iterations());
}

void in_real_time(benchmark::internal::Benchmark* benchmark) {
  benchmark->UseRealTime()->Unit(benchmark::kMillisecond);
}
BENCHMARK(hand_over<WithTokens>)->Name("concurrent_queue_tokens")->Apply(in_real_time);
BENCHMARK(hand_over<WithoutTokens>)->Name("concurrent_queue_no_tokens")->Apply(in_real_time);
BENCHMARK(hand_over<InBulk<64>>)->Name("concurrent_queue_bulk_64")->Apply(in_real_time);
BENCHMARK(hand_over<InBulk<256>>)->Name("concurrent_queue_bulk_256")->Apply(in_real_time);
BENCHMARK(hand_over<RingOfBatches<64>>)->Name("ring_batches_64")->Apply(in_real_time);
BENCHMARK(hand_over<RingOfBatches<256>>)->Name("ring_batches_256")->Apply(in_real_time);
BENCHMARK(hand_over<OneReaderOneWriter>)->Name("reader_writer_queue")->Apply(in_real_time);
BENCHMARK(hand_over<DequeUnderMutex>)->Name("mutex_and_deque")->Apply(in_real_time);

template <class... Ways>
u64 sum_of_each() {
  u64 first = 0;
  const auto check = [&first](const Received& received) {
    received.require_all();
    bench::require(first == 0 || received.sum() == first, "two ways come to different sums");
    first = received.sum();
  };
  (check(handed_over<Ways>(bench::sized(1'000'000, 20'000))), ...);
  return first;
}

u64 check_answer() {
  return sum_of_each<WithTokens, WithoutTokens, InBulk<64>, InBulk<256>, RingOfBatches<64>,
                     RingOfBatches<256>, OneReaderOneWriter, DequeUnderMutex>();
}

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  return tapedeck::bench::run(count, arguments, {"bench_hand_over", tapedeck::check_answer, true});
}
