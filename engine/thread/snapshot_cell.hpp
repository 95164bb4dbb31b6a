// A value that one thread writes and any number of threads read. A reader never gets a torn value.
//
// The writer never waits. A reader that the writer overtakes tries again, up to kMaxTries times. It
// then gets nothing, and may keep its last good copy. The value is stored as atomic words between
// two version words, `begin_` and `end_`.
//  - A reader that saw `end_` = n (acquire) sees at least version n of every word.
//  - A word of version n + 1 is stored (release) after `begin_` = n + 1. A reader that has loaded
//    such a word therefore finds `begin_` different from n, and discards its copy.
// All shared data is atomic and there are no fences, so that ThreadSanitizer can follow every step.
// Cost of a write: one store per word.
#pragma once

#include <array>
#include <atomic>
#include <cstring>
#include <optional>
#include <type_traits>

#include "engine/core/types.hpp"

namespace tapedeck::thread {

template <class T>
class alignas(64) SnapshotCell {
  static_assert(std::is_trivially_copyable_v<T>, "the value travels as words");
  static_assert(sizeof(T) % sizeof(u64) == 0, "the value must fill its last word");

 public:
  static constexpr int kMaxTries = 64;

  /// Writes the value. Called only by the cell's one writer thread.
  void write(const T& value) {
    std::array<u64, kWords> words;
    std::memcpy(words.data(), &value, sizeof value);
    const u64 version = begin_.load(std::memory_order_relaxed) + 1;
    begin_.store(version, std::memory_order_relaxed);
    for (std::size_t i = 0; i < kWords; ++i) {
      words_[i].store(words[i], std::memory_order_release);  // pairs with the loads of try_read
    }
    end_.store(version, std::memory_order_release);
  }
  /// Returns the value; empty when the writer overtook every try, or when nothing has been written
  /// yet. Any thread.
  [[nodiscard]] std::optional<T> try_read() const {
    for (int attempt = 0; attempt < kMaxTries; ++attempt) {
      const u64 version = end_.load(std::memory_order_acquire);
      if (version == 0) return {};
      std::array<u64, kWords> words;
      for (std::size_t i = 0; i < kWords; ++i) words[i] = words_[i].load(std::memory_order_acquire);
      if (begin_.load(std::memory_order_relaxed) != version) continue;
      T value;
      std::memcpy(static_cast<void*>(&value), words.data(), sizeof value);
      return value;
    }
    return {};
  }
  /// Returns a number that grows with every write, for readers that want only new values.
  [[nodiscard]] u64 version() const { return end_.load(std::memory_order_acquire); }

 private:
  static constexpr std::size_t kWords = sizeof(T) / sizeof(u64);

  std::atomic<u64> begin_{0};
  std::array<std::atomic<u64>, kWords> words_{};
  std::atomic<u64> end_{0};
};

}  // namespace tapedeck::thread
