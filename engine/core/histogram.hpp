// A log-linear histogram of durations: fixed memory, exact counts, three significant digits.
//
// Values below 2,048 ns have a bucket each; above that every power of two is cut into 1,024 equal
// buckets, so that a bucket is never wider than a thousandth of its values. One thread writes;
// others may read, or merge, once it has finished.
// Cost: record() is a shift, an addition and a store; no allocation after construction.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "engine/core/types.hpp"

namespace tapedeck {

// Which bucket a value falls into, and back.
struct HistogramBuckets {
  static constexpr int kExactBits = 11;
  static constexpr std::size_t kExact = std::size_t{1} << kExactBits;
  static constexpr std::size_t kHalf = kExact / 2;

  static constexpr std::size_t of(i64 value) {
    const auto bits = static_cast<u64>(value);
    const int shift = std::max(0, static_cast<int>(std::bit_width(bits)) - kExactBits);
    return static_cast<std::size_t>(shift) * kHalf + static_cast<std::size_t>(bits >> shift);
  }
  // The largest value that falls into bucket `at`.
  static constexpr i64 highest_of(std::size_t at) {
    if (at < kExact) return static_cast<i64>(at);
    const std::size_t shift = at / kHalf - 1;
    const std::size_t top = at - shift * kHalf;
    return static_cast<i64>(((top + 1) << shift) - 1);
  }
};
static_assert(HistogramBuckets::of(HistogramBuckets::highest_of(5000)) == 5000);
static_assert(HistogramBuckets::of(HistogramBuckets::highest_of(5000) + 1) == 5001);

class Histogram {
 public:
  /// What is larger is counted in the last bucket, and kept exactly in max().
  static constexpr i64 kHighest = 100 * kNanosPerSecond;

  void record(Nanos duration) {
    if (duration.value < 0) [[unlikely]] {
      ++negative_;
      return;
    }
    ++counts_[HistogramBuckets::of(std::min(duration.value, kHighest))];
    ++count_;
    max_ = std::max(max_, duration.value);
  }
  void merge(const Histogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    negative_ += other.negative_;
    max_ = std::max(max_, other.max_);
  }
  /// Recorded durations, negative ones not among them.
  [[nodiscard]] u64 count() const { return count_; }
  /// Durations below zero: clocks that disagree. Counted, never wrapped.
  [[nodiscard]] u64 negative() const { return negative_; }
  /// Exact; 0 where nothing was recorded.
  [[nodiscard]] Nanos max() const { return {max_}; }
  /// The smallest recorded value, to its bucket's width, that at least `fraction` (0 to 1) of all
  /// values do not exceed; 0 where nothing was recorded.
  [[nodiscard]] Nanos quantile(double fraction) const {
    // 0.55 as a double is a little more than that: of a hundred values it would be the 56th.
    const double share = std::nextafter(std::clamp(fraction, 0.0, 1.0), 0.0);
    const double rank = std::ceil(share * static_cast<double>(count_));
    const auto wanted = std::max<u64>(1, static_cast<u64>(rank));
    u64 seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= wanted) return {std::min(HistogramBuckets::highest_of(i), max_)};
    }
    return {max_};
  }

 private:
  static constexpr std::size_t kBuckets = HistogramBuckets::of(kHighest) + 1;

  std::vector<u64> counts_ = std::vector<u64>(kBuckets);
  u64 count_ = 0;
  u64 negative_ = 0;
  i64 max_ = 0;
};

}  // namespace tapedeck
