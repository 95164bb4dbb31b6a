// A queue of pointers from one thread to another: moodycamel's ConcurrentQueue with explicit
// tokens.
//
// Exactly one thread pushes and exactly one pops. Each queue has one producer token, for two
// reasons. First, moodycamel keeps the order only of items with the same token. Second, if several
// tokens shared a bounded queue and one token had filled it, try_enqueue would fail for the other
// tokens for ever.
// Cost: try_push and try_pop take no lock and allocate nothing; push may allocate.
//
// If TAPEDECK_MUTEX_QUEUE is defined, the class is a simple and slow deque with a mutex.
// ThreadSanitizer can then check all code around the queue without suppressions.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>

#ifdef TAPEDECK_MUTEX_QUEUE
#include <deque>
#include <mutex>
#else
#include <concurrentqueue.h>
#endif

namespace tapedeck::thread {

#ifdef TAPEDECK_MUTEX_QUEUE

template <class T>
class HandOverQueue {
  static_assert(std::is_pointer_v<T>);

 public:
  explicit HandOverQueue(std::size_t capacity) : capacity_(capacity) {}
  [[nodiscard]] bool try_push(T item) {
    assert(item != nullptr);
    const std::lock_guard hold{mutex_};
    if (items_.size() >= capacity_) return false;
    items_.push_back(item);
    return true;
  }
  void push(T item) {
    assert(item != nullptr);
    const std::lock_guard hold{mutex_};
    items_.push_back(item);
  }
  [[nodiscard]] T try_pop() {
    const std::lock_guard hold{mutex_};
    if (items_.empty()) return nullptr;
    T item = items_.front();
    items_.pop_front();
    return item;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<T> items_;
  std::size_t capacity_;
};

#else

// The alignment puts the indices, which both threads write, at the start of a cache line without
// other data. malloc() records a failure, because moodycamel's queue would otherwise go on with too
// little capacity, or none, and lose items.
struct HandOverTraits : moodycamel::ConcurrentQueueDefaultTraits {
  static constexpr std::size_t kAlignment = 128;
  static void* malloc(std::size_t bytes) {
    void* const memory =
        std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment);
    if (memory == nullptr) lacked = true;
    return memory;
  }
  static void free(void* memory) { std::free(memory); }
  static inline thread_local bool lacked = false;  // an allocation failed since the last reset
};

template <class T>
class HandOverQueue {
  static_assert(std::is_pointer_v<T>, "items are pointers, and null means that the queue is empty");

 public:
  /// Makes a queue whose try_push() succeeds while it has fewer than `capacity` items. Throws
  /// std::bad_alloc.
  explicit HandOverQueue(std::size_t capacity)
      : queue_(capacity, 1, 0), producer_(queue_), consumer_(queue_) {
    if (std::exchange(HandOverTraits::lacked, false)) throw std::bad_alloc{};
  }

  [[nodiscard]] bool try_push(T item) {
    assert(item != nullptr);
    return queue_.try_enqueue(producer_, item);
  }
  /// Pushes the item, and enlarges a full queue. Throws std::bad_alloc when there is no memory for
  /// that.
  void push(T item) {
    assert(item != nullptr);
    if (queue_.enqueue(producer_, item)) return;
    HandOverTraits::lacked = false;
    throw std::bad_alloc{};
  }
  /// Removes and returns the oldest item; null when the queue is empty.
  [[nodiscard]] T try_pop() {
    T item = nullptr;
    return queue_.try_dequeue(consumer_, item) ? item : nullptr;
  }

 private:
  // Each side uses its own token for every item. Therefore the tokens must not share a cache line.
  static constexpr std::size_t kApart = 128;

  alignas(kApart) moodycamel::ConcurrentQueue<T, HandOverTraits> queue_;
  alignas(kApart) moodycamel::ProducerToken producer_;
  alignas(kApart) moodycamel::ConsumerToken consumer_;
};

#endif

}  // namespace tapedeck::thread
