// Counts latencies by time slice and by size class, for a heat map. Each power of two of
// nanoseconds has four size classes.
//
// One thread writes; others may read, or merge, once the writer has finished. The memory is fixed,
// because latencies after the last slice are counted in the last slice. Cost of record(): two
// divisions and a store.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <vector>

#include "engine/core/types.hpp"

namespace tapedeck::latency {

class LatencyTimeline {
 public:
  /// The number of size classes: four for each of 37 powers of two of nanoseconds.
  static constexpr std::size_t kSizes = std::size_t{4} * 37;

  LatencyTimeline() = default;
  /// Keeps `slices` slices of length `slice`, counted from an origin that the writer chooses. Keeps
  /// nothing if `slices` or `slice` is 0.
  LatencyTimeline(Nanos slice, std::size_t slices)
      : slice_(slice), counts_(slice.value > 0 ? slices * kSizes : 0) {}

  /// Counts a latency that began `since_origin` after the origin. If it began before the origin, it
  /// counts in the first slice. A negative latency is ignored.
  void record(Nanos since_origin, Nanos latency) {
    if (counts_.empty() || latency.value < 0) return;
    const i64 since = std::max<i64>(0, since_origin.value);
    const auto slice =
        std::min<std::size_t>(static_cast<std::size_t>(since / slice_.value), slices() - 1);
    ++counts_[slice * kSizes + size_of(latency)];
  }
  /// Adds the counts of another timeline with the same slices and the same origin.
  void merge(const LatencyTimeline& other) {
    if (counts_.empty()) *this = LatencyTimeline{other.slice_, other.slices()};
    assert(other.counts_.empty() ||
           (other.slice_ == slice_ && other.counts_.size() == counts_.size()));
    for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  }
  [[nodiscard]] std::size_t slices() const { return counts_.size() / kSizes; }
  [[nodiscard]] Nanos slice() const { return slice_; }
  [[nodiscard]] u64 count(std::size_t slice, std::size_t size) const {
    assert(slice < slices() && size < kSizes);
    return counts_[slice * kSizes + size];
  }

  [[nodiscard]] static constexpr std::size_t size_of(Nanos latency) {
    const auto value = static_cast<u64>(std::max<i64>(latency.value, 1));
    const auto power = static_cast<std::size_t>(std::bit_width(value)) - 1;
    const std::size_t quarter =
        power >= 2 ? (value >> (power - 2)) & 3U : (value << (2 - power)) & 3U;
    return std::min(4 * power + quarter, kSizes - 1);
  }
  /// Returns the smallest latency of a size class.
  [[nodiscard]] static constexpr Nanos lowest_of(std::size_t size) {
    const std::size_t power = size / 4;
    const u64 value = (u64{4} + size % 4) << power >> 2;
    return {static_cast<i64>(value)};
  }

 private:
  Nanos slice_{0};
  std::vector<u64> counts_;
};
static_assert(LatencyTimeline::size_of(Nanos{1}) == 0);
static_assert(LatencyTimeline::size_of(LatencyTimeline::lowest_of(50)) == 50);
static_assert(LatencyTimeline::size_of(Nanos{LatencyTimeline::lowest_of(50).value - 1}) == 49);

}  // namespace tapedeck::latency
