// The way from one line to one shard: a fixed number of batches that go round between two queues.
//
// The line's thread owns acquire() and hand_over(); the shard's thread owns receive() and
// give_back(); depth() may be asked by anyone. Invariants:
//  1. A batch is in exactly one place: the producer's free list, either queue, or one thread's
//  hands.
//  2. The batches are the bound: the producer without one is "full", and no queue ever holds more
//     than there are, so give_back() can neither fail nor wait.
//  3. The last kControlReserve batches are spent on control events only, which therefore always
//     find a way sooner or later, whatever is dropped.
// Cost: no lock, no allocation after construction, one queue operation a batch.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "engine/core/event.hpp"
#include "engine/core/memory.hpp"
#include "engine/thread/hand_over_queue.hpp"

namespace tapedeck::thread {

inline constexpr u32 kMaxBatchEvents = 1024;
inline constexpr u32 kControlReserve = 2;

/// Events on their way. Whoever holds the pointer owns the content.
struct Batch {
  Event* events = nullptr;
  u32 capacity = 0;
  u32 size = 0;
  bool has_marks = false;  // a cut or the end is among the events

  [[nodiscard]] bool full() const { return size == capacity; }
  [[nodiscard]] std::span<const Event> content() const { return {events, size}; }
  void push(const Event& event) {
    events[size++] = event;
    has_marks |= event.kind == Kind::cut || event.kind == Kind::end;
  }
};

enum class Spend : u8 { data, control };

class Lane {
 public:
  /// `batches` for data, besides the control reserve; `batch_events` is 1 to kMaxBatchEvents.
  Lane(u32 batch_events, u32 batches)
      : forward_(batches + kControlReserve),
        back_(batches + kControlReserve),
        memory_(allocate_pages(sizeof(Event) * batch_events * (batches + kControlReserve))),
        batches_(batches + kControlReserve) {
    auto* events = reinterpret_cast<Event*>(memory_.get());
    free_.reserve(batches_.size());
    for (Batch& batch : batches_) {
      batch.events = events;
      batch.capacity = batch_events;
      events += batch_events;
      free_.push_back(&batch);
    }
  }

  /// An empty batch, or null when the credits for this purpose are spent. Line's thread.
  [[nodiscard]] Batch* acquire(Spend spend) {
    const std::size_t keep = spend == Spend::data ? kControlReserve : 0;
    if (free_.size() <= keep) reclaim();
    if (free_.size() <= keep) return nullptr;
    Batch* const batch = free_.back();
    free_.pop_back();
    batch->size = 0;
    batch->has_marks = false;
    return batch;
  }
  /// Line's thread.
  void hand_over(Batch* batch) {
    // A credit was held, so there is room; should the queue ever disagree, the batch is not lost.
    if (!forward_.try_push(batch)) [[unlikely]] {
      faults_.store(faults_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      forward_.push(batch);
    }
    handed_over_.store(handed_over_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  /// Null when nothing waits. Shard's thread.
  [[nodiscard]] Batch* receive() { return forward_.try_pop(); }
  /// Shard's thread.
  void give_back(Batch* batch) {
    if (!back_.try_push(batch)) [[unlikely]] {
      back_.push(batch);
      back_faults_.store(back_faults_.load(std::memory_order_relaxed) + 1,
                         std::memory_order_relaxed);
    }
    given_back_.store(given_back_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  /// Batches handed over and not yet given back, roughly. Any thread.
  [[nodiscard]] u64 depth() const {
    const u64 back = given_back_.load(std::memory_order_relaxed);
    const u64 out = handed_over_.load(std::memory_order_relaxed);
    return out > back ? out - back : 0;
  }
  /// Enqueues that failed though a credit was held: always 0, unless the queue breaks its promise.
  [[nodiscard]] u64 faults() const {
    return faults_.load(std::memory_order_relaxed) + back_faults_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] u32 batches() const { return static_cast<u32>(batches_.size()) - kControlReserve; }

 private:
  void reclaim() {
    while (Batch* const batch = back_.try_pop()) free_.push_back(batch);
  }

  HandOverQueue<Batch*> forward_;
  HandOverQueue<Batch*> back_;
  Pages memory_;
  std::vector<Batch> batches_;
  // The line's thread writes this line,
  alignas(64) std::vector<Batch*> free_;
  std::atomic<u64> handed_over_{0};
  std::atomic<u64> faults_{0};
  // and the shard's thread this one.
  alignas(64) std::atomic<u64> given_back_{0};
  std::atomic<u64> back_faults_{0};
};

}  // namespace tapedeck::thread
