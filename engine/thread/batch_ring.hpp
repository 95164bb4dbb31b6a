// The way from one channel to one shard: a fixed number of batches that go round, full ones there
// and empty ones back.
//
// The channel's thread owns acquire() and hand_over(); the shard's thread owns receive() and
// give_back(); depth() may be asked by anyone. Invariants:
//  1. A batch is the channel's, free or open, or on its way to the shard, which works on it and
//  gives
//     it back, or on its way back. Whose it is, only that thread touches.
//  2. The batches are the bound: a channel without one is "full", and no queue can refuse.
//  3. Batches go round in order, so that the shard knows which one comes next, and the turn of that
//     one says when it is there. Its pointer follows through the forward queue, which keeps the
//     order in which batches were handed over, and is held against it when the work is done, while
//     nothing waits for that.
//  4. The last kControlReserve batches are acquired for control events only, which therefore always
//     find a way sooner or later, whatever is dropped.
// Cost: no lock, no allocation after construction, two queue operations a batch on either side.
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

/// Events on their way, as their shard finds them. A line of memory of its own, and right behind it
/// the events: both can be fetched at once.
struct alignas(64) Batch {
  u32 size = 0;
  bool has_barriers = false;  // a cut or the end is among the events
  Nanos taken_at{0};         // when the poll began that gave the first event, by the engine's clock
  std::atomic<u64> turn{0};  // counts its ring's hand-overs: of the last one that was its own

  [[nodiscard]] Event* events() { return reinterpret_cast<Event*>(this + 1); }
  [[nodiscard]] const Event* events() const { return reinterpret_cast<const Event*>(this + 1); }
  [[nodiscard]] std::span<const Event> content() const { return {events(), size}; }
};

static_assert(sizeof(Batch) == 64 && std::is_trivially_destructible_v<Batch>);

/// A batch that its channel's thread fills, or none. What is known of it stays with that thread
/// until it is handed over: to read a line of memory that is on its way here to be written is to
/// wait for it, and the shard's core has had the batch's last.
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

  /// False: there is none.
  explicit operator bool() const { return batch_ != nullptr; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] bool full() const { return room_ == 0; }
  /// For so many events more.
  [[nodiscard]] u32 room() const { return room_; }
  /// There must be room.
  void push(const Event& event) {
    assert(batch_ != nullptr && !full());
    batch_->events()[size_++] = event;
    --room_;
    has_barriers_ |= event.kind == Kind::cut || event.kind == Kind::end;
  }
  /// When the poll began that gave the first event.
  void set_taken_at(Nanos time) {
    assert(batch_ != nullptr);
    taken_at_ = time;
  }
  /// Something will be pushed: asks for the memory, which the shard's core has had last.
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

/// `Queue` of pointers: another than HandOverQueue only for tests.
template <template <class> class Queue>
class BasicBatchRing {
 public:
  /// `batches` for data, besides the control reserve; `batch_events` is 1 to kMaxBatchEvents.
  BasicBatchRing(u32 batch_events, u32 batches)
      : forward_(batches + kControlReserve + 1),  // and one that is still inside, see give_back()
        back_(batches + kControlReserve),
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

  /// An empty batch, or none when the credits for this purpose are spent. Channel's thread.
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
  /// In the order in which they were acquired. Channel's thread. Throws std::bad_alloc where the
  /// queue breaks its promise and there is no memory; the batch is on its way all the same.
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
    // A credit was held, so there is room; should the queue ever disagree, the pointer is not lost.
    if (!forward_.try_push(batch)) [[unlikely]] {
      count_fault(faults_);
      forward_.push(batch);
    }
  }

  /// The batch that is next, until it is given back; null when nothing waits. Shard's thread.
  [[nodiscard]] Batch* receive() {
    Batch* const batch = all_[next_due_];
    const bool here = batch->turn.load(std::memory_order_acquire) ==
                      given_back_.load(std::memory_order_relaxed) + 1;
    return here ? batch : nullptr;
  }
  /// What receive() returned. Shard's thread.
  void give_back(Batch* batch) {
    assert(batch == all_[next_due_] && "what receive() returned last, once");
    assert(batch->turn.load(std::memory_order_relaxed) ==
           given_back_.load(std::memory_order_relaxed) + 1);
    // The channel's thread tells a turn, pushes the pointer, and only then tells the next turn:
    // every pointer is in the queue but, perhaps, this one's, which is then taken behind the next
    // batch.
    ++pointers_due_;
    while (pointers_due_ > 0) {
      const Batch* const taken = forward_.try_pop();
      if (taken == nullptr) break;
      if (taken != all_[next_pointer_]) [[unlikely]]
        count_fault(back_faults_);
      next_pointer_ = after(next_pointer_);
      --pointers_due_;
    }
    if (pointers_due_ > 1) [[unlikely]]
      count_fault(back_faults_);
    // Its bound is the number of batches: it cannot refuse. Should it ever, the batch is not lost.
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
  /// Enqueues that failed though a credit was held, and pointers that came out of their order or
  /// did not come: always 0, unless the queue breaks its promises.
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

  Queue<Batch*> forward_;
  Queue<Batch*> back_;
  u32 batches_;  // for data
  u32 batch_events_;
  Pages memory_;
  std::vector<Batch*> all_;  // in the order in which they go round
  // The channel's thread writes this line,
  alignas(64) std::size_t free_ = 0;
  std::size_t next_free_ = 0;
  std::atomic<u64> handed_over_{0};
  std::atomic<u64> faults_{0};
  // and the shard's thread this one.
  alignas(64) std::size_t next_due_ = 0;
  std::size_t next_pointer_ = 0;
  std::size_t pointers_due_ = 0;  // of batches that were given back
  std::atomic<u64> given_back_{0};
  std::atomic<u64> back_faults_{0};
};

using BatchRing = BasicBatchRing<HandOverQueue>;

}  // namespace tapedeck::thread
