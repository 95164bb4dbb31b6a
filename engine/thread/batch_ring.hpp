// The queue from one channel to one shard: a fixed number of batches, which travel full to the
// shard and empty back to the channel.
//
// Only the channel's thread calls acquire() and hand_over(). Only the shard's thread calls
// receive() and give_back(). Any thread may call depth(). Invariants:
//  1. A batch is in one of four places: with the channel (free or open), on its way to the shard,
//     with the shard, or on its way back. Only the thread that has a batch touches it. The
//     exception is `turn`, which the shard watches at any time.
//  2. The number of batches bounds how far the channel runs ahead. The ring is full when acquire()
//     returns no batch.
//  3. Batches travel in a fixed order, so that the shard knows which batch comes next. The batch's
//     `turn` hands it over: it shows when the batch has arrived. Empty batches return as pointers
//     in a queue, which has room for all of them, and so never refuses one.
//  4. The last kControlReserve empty batches are reserved for control events, so that control
//     events get through even while data events are dropped.
// Cost: no lock, no allocation after construction, one queue operation per batch on either side.
#pragma once

#include <atomic>
#include <cassert>
#include <cstddef>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/core/event.hpp"
#include "engine/core/memory.hpp"
#include "engine/core/prefetch.hpp"
#include "engine/thread/hand_over_queue.hpp"

namespace tapedeck::thread {

inline constexpr u32 kMaxBatchEvents = 1024;
inline constexpr u32 kControlReserve = 2;

/// The header of a batch, as the shard receives it. It is one cache line. The events follow
/// directly, so that header and events can be fetched at the same time.
struct alignas(64) Batch {
  u32 size = 0;
  bool has_barriers = false;  // a cut or the end is among the events
  Nanos taken_at{0};  // by the engine's clock: start of the poll that produced the first event
  std::atomic<u64> turn{0};  // number of this batch's latest hand-over, counted over the ring

  [[nodiscard]] Event* events() { return reinterpret_cast<Event*>(this + 1); }
  [[nodiscard]] const Event* events() const { return reinterpret_cast<const Event*>(this + 1); }
  [[nodiscard]] std::span<const Event> content() const { return {events(), size}; }
};

static_assert(sizeof(Batch) == 64 && std::is_trivially_destructible_v<Batch>);

/// A batch that the channel's thread fills, or none. Size, flag and time stay in this object until
/// the hand-over. The header is not used before, because the shard's core used its cache line last,
/// and an access would wait for that line.
class OpenBatch {
 public:
  OpenBatch() = default;
  OpenBatch(Batch& batch, u32 capacity) : batch_(&batch), room_(capacity) {}
  OpenBatch(OpenBatch&& other) noexcept { *this = std::move(other); }
  OpenBatch& operator=(OpenBatch&& other) noexcept {
    assert(batch_ == nullptr && "a batch that is open is handed over, not overwritten");
    batch_ = std::exchange(other.batch_, nullptr);
    room_ = other.room_;
    size_ = std::exchange(other.size_, 0);
    has_barriers_ = other.has_barriers_;
    taken_at_ = other.taken_at_;
    return *this;
  }

  /// Returns false when there is no batch.
  explicit operator bool() const { return batch_ != nullptr; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] bool full() const { return room_ == 0; }
  /// Returns the number of events that still fit.
  [[nodiscard]] u32 room() const { return room_; }
  /// Appends an event. room() must be above 0.
  void push(const Event& event) {
    assert(batch_ != nullptr && !full());
    batch_->events()[size_++] = event;
    --room_;
    has_barriers_ |= event.kind == Kind::cut || event.kind == Kind::end;
  }
  /// Sets the time at which the poll that produced the first event began.
  void set_taken_at(Nanos time) {
    assert(batch_ != nullptr);
    taken_at_ = time;
  }
  /// Prefetches the header and the first event's slot, because the shard's core used them last.
  void ask_for_memory() const {
    prefetch_to_write(batch_);
    prefetch_to_write(batch_ + 1);
  }

 private:
  template <template <class> class Queue>
  friend class BasicBatchRing;

  Batch* batch_ = nullptr;
  u32 room_ = 0;
  u32 size_ = 0;
  bool has_barriers_ = false;
  Nanos taken_at_{0};
};

enum class Spend : u8 { data, control };

#ifdef TAPEDECK_SANITIZED
/// What a test makes of the way back of all rings, in builds with a sanitizer only. Null: nothing.
struct WayBackScript {
  static inline std::atomic<bool (*)()> is_late{nullptr};  // empty batches do not show yet
  static inline std::atomic<bool (*)()> refuses{nullptr};  // the queue breaks its promise
  [[nodiscard]] static bool says(const std::atomic<bool (*)()>& what) {
    bool (*const asked)() = what.load(std::memory_order_relaxed);
    return asked != nullptr && asked();
  }
};
#endif

/// `Queue` holds pointers. Only tests use a queue other than HandOverQueue.
template <template <class> class Queue>
class BasicBatchRing {
 public:
  /// `batches` is the number of batches for data, to which kControlReserve batches are added.
  /// `batch_events` is the size of a batch, 1 to kMaxBatchEvents events.
  BasicBatchRing(u32 batch_events, u32 batches)
      : back_(batches + kControlReserve),
        batches_(batches),
        batch_events_(batch_events),
        memory_(allocate_pages(bytes_of(batch_events) * (batches + kControlReserve))) {
    assert(batch_events > 0 && batch_events <= kMaxBatchEvents);
    all_.reserve(batches + kControlReserve);
    for (std::size_t i = 0; i < batches + kControlReserve; ++i) {
      std::byte* const place = memory_.get() + i * bytes_of(batch_events);
      all_.push_back(::new (place) Batch{});
    }
    free_ = all_.size();
  }

  /// Returns an empty batch; none when no more batches are free for this purpose. Channel's thread.
  [[nodiscard]] OpenBatch acquire(Spend spend) {
    assert(free_ <= all_.size());
    const std::size_t keep = spend == Spend::data ? kControlReserve : 0;
    if (free_ <= keep) reclaim();
    if (free_ <= keep) return {};
    Batch* const batch = all_[next_free_];
    next_free_ = after(next_free_);
    --free_;
    return OpenBatch{*batch, batch_events_};
  }
  /// Hands a batch to the shard. Batches must be handed over in the order in which they were
  /// acquired. Channel's thread.
  void hand_over(OpenBatch open) {
    Batch* const batch = open.batch_;
    const u64 turn = handed_over_.load(std::memory_order_relaxed) + 1;
    assert(batch != nullptr && "a batch is handed over once, by its owner");
    assert(batch == all_[(turn - 1) % all_.size()] && "a batch of this ring, in its turn");
    assert(open.size_ + open.room_ == batch_events_);
    handed_over_.store(turn, std::memory_order_relaxed);
    batch->size = open.size_;
    batch->has_barriers = open.has_barriers_;
    batch->taken_at = open.taken_at_;
    batch->turn.store(turn, std::memory_order_release);  // pairs with the load of receive()
  }

  /// Returns the next batch; null when it has not arrived. Returns the same batch again until
  /// give_back() is called. Shard's thread.
  [[nodiscard]] Batch* receive() {
    Batch* const batch = all_[next_due_];
    const bool here = batch->turn.load(std::memory_order_acquire) ==
                      given_back_.load(std::memory_order_relaxed) + 1;
    return here ? batch : nullptr;
  }
  /// Gives the batch that receive() returned back to the channel. Shard's thread. Throws
  /// std::bad_alloc in a case that should never occur: the queue has no room for the pointer, and
  /// there is no memory to enlarge the queue. receive() then returns the batch again.
  void give_back(Batch* batch) {
    assert(batch == all_[next_due_] && "it is the batch of the last receive(), given back once");
    assert(batch->turn.load(std::memory_order_relaxed) ==
           given_back_.load(std::memory_order_relaxed) + 1);
    // The queue has room for every batch. If it refuses nevertheless, push() enlarges the queue, so
    // that the batch is not lost.
    if (!try_push_back(batch)) [[unlikely]] {
      count_fault(back_faults_);
      back_.push(batch);
    }
    next_due_ = after(next_due_);
    given_back_.store(given_back_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  /// Returns the approximate number of batches that were handed over and not yet given back. Any
  /// thread.
  [[nodiscard]] u64 depth() const {
    const u64 back = given_back_.load(std::memory_order_relaxed);
    const u64 out = handed_over_.load(std::memory_order_relaxed);
    return out > back ? out - back : 0;
  }
  /// Returns the number of queue faults: batches that the queue refused although it has room for
  /// all, or returned out of order. 0 as long as the queue works correctly.
  [[nodiscard]] u64 faults() const {
    return faults_.load(std::memory_order_relaxed) + back_faults_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] u32 batches() const { return batches_; }

 private:
  static constexpr std::size_t bytes_of(u32 batch_events) {
    return sizeof(Batch) + sizeof(Event) * batch_events;
  }
  [[nodiscard]] bool try_push_back(Batch* batch) {
#ifdef TAPEDECK_SANITIZED
    if (WayBackScript::says(WayBackScript::refuses)) return false;
#endif
    return back_.try_push(batch);
  }
  void reclaim() {
#ifdef TAPEDECK_SANITIZED
    if (WayBackScript::says(WayBackScript::is_late)) return;
#endif
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

  Queue<Batch*> back_;
  u32 batches_;  // number of batches for data
  u32 batch_events_;
  Pages memory_;
  std::vector<Batch*> all_;  // in the order in which the batches are used
  // Written by the channel's thread.
  alignas(64) std::size_t free_ = 0;
  std::size_t next_free_ = 0;
  std::atomic<u64> handed_over_{0};
  std::atomic<u64> faults_{0};
  // Written by the shard's thread.
  alignas(64) std::size_t next_due_ = 0;
  std::atomic<u64> given_back_{0};
  std::atomic<u64> back_faults_{0};
};

using BatchRing = BasicBatchRing<HandOverQueue>;

}  // namespace tapedeck::thread
