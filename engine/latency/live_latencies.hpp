// Counts latencies in a way that another thread can read while they are counted, for a display.
//
// One thread records; any thread may read at any time. Each power of two of nanoseconds has 16 size
// classes, so that a figure is at most a sixteenth too high. Memory is fixed.
// Cost of record(): an index, a load and a store; no locked instruction.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>

#include "engine/core/types.hpp"

namespace tapedeck::latency {

/// Counts by size class. Plain data of one thread.
class LatencyCounts {
 public:
  static constexpr std::size_t kSizesPerPower = 16;
  /// Latencies of 2^37 ns, some two minutes, and more are in the last size class.
  static constexpr std::size_t kSizes = (37 - 5) * kSizesPerPower + 2 * kSizesPerPower;

  /// Returns the size class of a latency. A negative latency counts as 0.
  [[nodiscard]] static constexpr std::size_t size_of(Nanos latency) {
    constexpr int kExactBits = 5;
    const auto value = static_cast<u64>(std::max<i64>(latency.value, 0));
    const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - kExactBits);
    return std::min(
        static_cast<std::size_t>(shift) * kSizesPerPower + static_cast<std::size_t>(value >> shift),
        kSizes - 1);
  }
  /// Returns the largest latency of a size class.
  [[nodiscard]] static constexpr Nanos highest_of(std::size_t size) {
    if (size < 2 * kSizesPerPower) return {static_cast<i64>(size)};
    const std::size_t shift = size / kSizesPerPower - 1;
    return {static_cast<i64>(((size - shift * kSizesPerPower + 1) << shift) - 1)};
  }

  [[nodiscard]] u64& operator[](std::size_t size) { return counts_[size]; }
  /// Returns what was counted since `earlier`, an earlier state of the same counts.
  [[nodiscard]] LatencyCounts since(const LatencyCounts& earlier) const {
    LatencyCounts grown;
    for (std::size_t i = 0; i < kSizes; ++i) grown.counts_[i] = counts_[i] - earlier.counts_[i];
    return grown;
  }
  [[nodiscard]] u64 count() const {
    u64 sum = 0;
    for (const u64 count : counts_) sum += count;
    return sum;
  }
  /// Returns the latency that at least `fraction` (above 0, up to 1) of all do not exceed, rounded
  /// up to the largest of its size class; 0 if there are none.
  [[nodiscard]] Nanos quantile(double fraction) const {
    const u64 all = count();
    if (all == 0) return {0};
    const double rank = std::ceil(std::nextafter(fraction, 0.0) * static_cast<double>(all));
    const u64 wanted = std::max<u64>(1, static_cast<u64>(rank));
    u64 seen = 0;
    std::size_t size = 0;
    while ((seen += counts_[size]) < wanted) ++size;
    return highest_of(size);
  }

 private:
  std::array<u64, kSizes> counts_{};
};
static_assert(LatencyCounts::size_of({31}) == 31 && LatencyCounts::size_of({32}) == 32);
static_assert(LatencyCounts::size_of(LatencyCounts::highest_of(200)) == 200);
static_assert(LatencyCounts::size_of({LatencyCounts::highest_of(200).value + 1}) == 201);

class LiveLatencies {
 public:
  /// Called only by the one writer thread.
  void record(Nanos latency) {
    std::atomic<u64>& count = counts_[LatencyCounts::size_of(latency)];
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  /// Adds the counts so far to `sum`. Any thread.
  void add_to(LatencyCounts& sum) const {
    for (std::size_t i = 0; i < LatencyCounts::kSizes; ++i) {
      sum[i] += counts_[i].load(std::memory_order_relaxed);
    }
  }

 private:
  std::array<std::atomic<u64>, LatencyCounts::kSizes> counts_{};
};

}  // namespace tapedeck::latency
