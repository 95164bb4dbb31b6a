// A ring of values that one thread writes and any number of threads read, each at its own pace.
//
// The writer never waits for a reader. A reader that falls more than kSize values behind loses the
// oldest ones, and is told how many. It never gets a torn value. Invariants:
//  1. Positions count the values from 0. The value of position n lies in slot n mod kSize, between
//     two version words, which are n + 1 once the value is whole.
//  2. As in a SnapshotCell, the words are atomic and stored with release after `begin`, so that a
//     reader that has loaded a word of a later value finds `begin` changed, and discards its copy.
//  3. Of the positions from a reader's start to the writer's head, each is given to the reader
//     exactly once, or counted as lost exactly once.
// Cost of a write: one store per word, and three. No allocation after construction.
#pragma once

#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <optional>
#include <type_traits>

#include "engine/core/types.hpp"

namespace tapedeck::thread {

template <class T, u64 kSize>
class BroadcastRing {
  static_assert(std::is_trivially_copyable_v<T>, "the value travels as words");
  static_assert(sizeof(T) % sizeof(u64) == 0, "the value must fill its last word");
  static_assert(kSize > 1 && (kSize & (kSize - 1)) == 0, "a slot's number is cut from a position");

 public:
  static constexpr int kMaxTries = 64;

  /// Reads the ring from a position on. One thread at a time. The ring must outlive it.
  class Cursor {
   public:
    /// Begins with the next value that is written.
    explicit Cursor(const BroadcastRing& ring) : ring_(&ring), next_(ring.head()) {}
    /// Begins with the value at `position`, at most head(). If it is overwritten, it counts as
    /// lost.
    Cursor(const BroadcastRing& ring, u64 position) : ring_(&ring), next_(position) {}

    /// Returns the next value. Empty if the reader has all that has been written, or if the writer
    /// has overtaken kMaxTries tries, which are counted as lost.
    [[nodiscard]] std::optional<T> try_next() {
      for (int attempt = 0; attempt < kMaxTries && next_ < ring_->head(); ++attempt) {
        if (const auto value = ring_->try_read(next_)) {
          ++next_;
          return value;
        }
        skip_to(ring_->oldest());
      }
      return {};
    }
    /// Returns the position of the next value.
    [[nodiscard]] u64 position() const { return next_; }
    /// Returns how many values were overwritten before this reader came to them.
    [[nodiscard]] u64 lost() const { return lost_; }

   private:
    // The value at next_ is gone, even if the writer is still busy with its slot.
    void skip_to(u64 oldest) {
      const u64 next = oldest > next_ ? oldest : next_ + 1;
      lost_ += next - next_;
      next_ = next;
    }

    const BroadcastRing* ring_;
    u64 next_;
    u64 lost_ = 0;
  };

  /// Appends a value. Called only by the ring's one writer thread.
  void write(const T& value) {
    std::array<u64, kWords> words;
    std::memcpy(words.data(), &value, sizeof value);
    const u64 position = head_.load(std::memory_order_relaxed);
    Slot& slot = (*slots_)[position % kSize];
    slot.begin.store(position + 1, std::memory_order_relaxed);
    for (std::size_t i = 0; i < kWords; ++i) {
      slot.words[i].store(words[i], std::memory_order_release);  // pairs with the loads of try_read
    }
    slot.end.store(position + 1, std::memory_order_release);
    head_.store(position + 1, std::memory_order_release);
  }

  /// Returns how many values have been written: the position of the next one. Any thread.
  [[nodiscard]] u64 head() const { return head_.load(std::memory_order_acquire); }
  /// Returns the first position that is not overwritten yet, and that the next write spares. Any
  /// thread.
  [[nodiscard]] u64 oldest() const {
    const u64 head = this->head();
    return head < kSize ? 0 : head - kSize + 1;
  }
  static constexpr u64 size() { return kSize; }

 private:
  static constexpr std::size_t kWords = sizeof(T) / sizeof(u64);
  struct alignas(64) Slot {
    std::atomic<u64> begin{0};
    std::array<std::atomic<u64>, kWords> words{};
    std::atomic<u64> end{0};
  };

  // Empty if the value at `position`, which has been written, is overwritten.
  [[nodiscard]] std::optional<T> try_read(u64 position) const {
    const Slot& slot = (*slots_)[position % kSize];
    if (slot.end.load(std::memory_order_acquire) != position + 1) return {};
    std::array<u64, kWords> words;
    for (std::size_t i = 0; i < kWords; ++i) {
      words[i] = slot.words[i].load(std::memory_order_acquire);
    }
    if (slot.begin.load(std::memory_order_relaxed) != position + 1) return {};
    T value;
    std::memcpy(static_cast<void*>(&value), words.data(), sizeof value);
    return value;
  }

  std::unique_ptr<std::array<Slot, kSize>> slots_ = std::make_unique<std::array<Slot, kSize>>();
  alignas(64) std::atomic<u64> head_{0};  // the writer writes it
};

}  // namespace tapedeck::thread
