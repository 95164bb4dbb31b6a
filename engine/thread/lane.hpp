// The way from one line to one shard: a fixed number of batches that go round between two queues.
//
// The line's thread owns acquire() and hand_over(); the shard's thread owns receive() and
// give_back(); depth() may be asked by anyone. Invariants:
//  1. A batch is the producer's, free or open, or on its way in the forward queue, where the shard
//     works on it before it takes it out, or on its way back. Whose it is, only that thread
//     touches.
//  2. The batches are the bound: the producer without one is "full", and no queue ever holds more
//     than there are, so give_back() can neither fail nor wait.
//  3. Batches go round in order, so that the shard knows which one comes next. Once the queue says
//     that one is there, its turn says that its content is; the pointer is taken from the queue
//     when the work is done, while nothing waits for that.
//  4. The last kControlReserve batches are spent on control events only, which therefore always
//     find a way sooner or later, whatever is dropped.
// Cost: no lock, no allocation after construction, one queue operation a batch.
#pragma once

#include <atomic>
#include <cstddef>
#include <new>
#include <span>
#include <type_traits>
#include <vector>

#include "engine/core/event.hpp"
#include "engine/core/memory.hpp"
#include "engine/core/prefetch.hpp"
#include "engine/thread/hand_over_queue.hpp"

namespace tapedeck::thread {

inline constexpr u32 kMaxBatchEvents = 1024;
inline constexpr u32 kControlReserve = 2;

/// Events on their way. Whoever holds the pointer owns the content. A line of memory of its own,
/// right before the events: both can be fetched at once.
struct alignas(64) Batch {
  Event* events = nullptr;
  u32 capacity = 0;
  u32 size = 0;
  bool has_marks = false;    // a cut or the end is among the events
  Nanos taken_at{0};         // when the poll began that gave the first event, by the engine's clock
  std::atomic<u64> turn{0};  // counts its lane's hand-overs: of the last one that was its own

  [[nodiscard]] bool full() const { return size == capacity; }
  [[nodiscard]] std::span<const Event> content() const { return {events, size}; }
  /// For whoever will write to it soon.
  void ready() const {
    prefetch_to_write(this);
    prefetch_to_write(this + 1);
  }
  void push(const Event& event) {
    events[size++] = event;
    has_marks |= event.kind == Kind::cut || event.kind == Kind::end;
  }
};

static_assert(sizeof(Batch) == 64 && std::is_trivially_destructible_v<Batch>);

enum class Spend : u8 { data, control };

class Lane {
 public:
  /// `batches` for data, besides the control reserve; `batch_events` is 1 to kMaxBatchEvents.
  Lane(u32 batch_events, u32 batches)
      : forward_(batches + kControlReserve),
        back_(batches + kControlReserve),
        batches_(batches),
        memory_(allocate_pages(bytes_of(batch_events) * (batches + kControlReserve))) {
    all_.reserve(batches + kControlReserve);
    for (std::size_t i = 0; i < batches + kControlReserve; ++i) {
      std::byte* const place = memory_.get() + i * bytes_of(batch_events);
      auto* const events = reinterpret_cast<Event*>(place + sizeof(Batch));
      all_.push_back(::new (place) Batch{.events = events, .capacity = batch_events});
    }
    free_ = all_.size();
  }

  /// An empty batch, or null when the credits for this purpose are spent. Line's thread.
  [[nodiscard]] Batch* acquire(Spend spend) {
    const std::size_t keep = spend == Spend::data ? kControlReserve : 0;
    if (free_ <= keep) reclaim();
    if (free_ <= keep) return nullptr;
    Batch* const batch = all_[next_free_];
    next_free_ = after(next_free_);
    --free_;
    batch->size = 0;
    batch->has_marks = false;
    return batch;
  }
  /// While nothing is to be handed over: it will cost less then. Line's thread.
  void ready_to_hand_over() const { forward_.ready_to_push(); }
  /// In the order in which they were acquired. Line's thread.
  void hand_over(Batch* batch) {
    const u64 turn = handed_over_.load(std::memory_order_relaxed) + 1;
    batch->turn.store(turn, std::memory_order_release);  // pairs with the load of receive()
    // A credit was held, so there is room; should the queue ever disagree, the batch is not lost.
    if (!forward_.try_push(batch)) [[unlikely]] {
      count_fault(faults_);
      forward_.push(batch);
    }
    handed_over_.store(turn, std::memory_order_relaxed);
  }

  /// The batch that is next, until it is given back; null when nothing waits. Shard's thread.
  [[nodiscard]] Batch* receive() {
    if (forward_.seems_empty()) return nullptr;
    Batch* const batch = all_[next_due_];
    prefetch(batch + 1);
    const bool here = batch->turn.load(std::memory_order_acquire) ==
                      given_back_.load(std::memory_order_relaxed) + 1;
    return here ? batch : nullptr;
  }
  /// What receive() returned. Shard's thread.
  void give_back(Batch* batch) {
    // The queue keeps order, and its bound is the number of batches: neither can fail. Should it
    // ever, the batch is not lost.
    if (forward_.try_pop() != batch) [[unlikely]] {
      count_fault(back_faults_);
    }
    if (!back_.try_push(batch)) [[unlikely]] {
      count_fault(back_faults_);
      back_.push(batch);
    }
    next_due_ = after(next_due_);
    given_back_.store(given_back_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  /// Batches handed over and not yet given back, roughly. Any thread.
  [[nodiscard]] u64 depth() const {
    const u64 back = given_back_.load(std::memory_order_relaxed);
    const u64 out = handed_over_.load(std::memory_order_relaxed);
    return out > back ? out - back : 0;
  }
  /// Enqueues that failed though a credit was held, and batches that came out of their order:
  /// always 0, unless the queue breaks its promises.
  [[nodiscard]] u64 faults() const {
    return faults_.load(std::memory_order_relaxed) + back_faults_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] u32 batches() const { return batches_; }

 private:
  static constexpr std::size_t bytes_of(u32 batch_events) {
    return sizeof(Batch) + sizeof(Event) * batch_events;
  }
  void reclaim() {
    while (const Batch* const batch = back_.try_pop()) {
      if (batch != all_[(next_free_ + free_) % all_.size()]) [[unlikely]] {
        count_fault(faults_);
      }
      ++free_;
    }
  }
  static void count_fault(std::atomic<u64>& faults) {
    faults.store(faults.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::size_t after(std::size_t place) const {
    return place + 1 == all_.size() ? 0 : place + 1;
  }

  HandOverQueue<Batch*> forward_;
  HandOverQueue<Batch*> back_;
  u32 batches_;  // for data
  Pages memory_;
  std::vector<Batch*> all_;  // in the order in which they go round
  // The line's thread writes this line,
  alignas(64) std::size_t free_ = 0;
  std::size_t next_free_ = 0;
  std::atomic<u64> handed_over_{0};
  std::atomic<u64> faults_{0};
  // and the shard's thread this one.
  alignas(64) std::size_t next_due_ = 0;
  std::atomic<u64> given_back_{0};
  std::atomic<u64> back_faults_{0};
};

}  // namespace tapedeck::thread
