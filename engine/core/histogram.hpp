// A log-linear histogram of durations: fixed memory, exact counts, three significant digits.
//
// Each value below 2,048 ns has a bucket of its own. Above that, each power of two is divided into
// 1,024 equal buckets, so that a bucket is never wider than a thousandth of its values. One thread
// writes; others may read, or merge, once the writer has finished.
// Cost: record() is a few arithmetic operations and updates; no allocation after construction. A
// query reads up to all 28,000 buckets.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "engine/core/types.hpp"

namespace tapedeck {

// Maps a value to its bucket, and a bucket to its values.
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
  static constexpr i64 lowest_of(std::size_t at) { return at == 0 ? 0 : highest_of(at - 1) + 1; }
  // Returns the larger of a bucket's two middle values. HdrHistogram does the same, so that the
  // means agree to the last digit.
  static constexpr i64 middle_of(std::size_t at) {
    return lowest_of(at) + (highest_of(at) - lowest_of(at) + 1) / 2;
  }
};
static_assert(HistogramBuckets::of(HistogramBuckets::highest_of(5000)) == 5000);
static_assert(HistogramBuckets::of(HistogramBuckets::highest_of(5000) + 1) == 5001);

/// A bucket that holds values. for_each_bucket() passes it to its callback.
struct HistogramBucket {
  Nanos highest;  // the bucket's largest possible value; Histogram::max() for the last bucket
  Nanos middle;
  u64 count = 0;
  bool operator==(const HistogramBucket&) const = default;
};

class Histogram {
 public:
  /// Values above this one are counted in the last bucket. max() is exact for them too.
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
  /// Returns the number of recorded durations, without negative ones.
  [[nodiscard]] u64 count() const { return count_; }
  /// Returns the number of negative durations, which come from clocks that disagree. Negative
  /// durations are in no bucket.
  [[nodiscard]] u64 negative() const { return negative_; }
  /// Returns the exact largest duration; 0 if nothing was recorded.
  [[nodiscard]] Nanos max() const { return {max_}; }
  /// Returns the smallest duration, rounded down to the lowest value of its bucket and exact below
  /// 2,048 ns; 0 if nothing was recorded. Searches for the bucket, so that record() need not keep a
  /// minimum.
  [[nodiscard]] Nanos min() const {
    const auto first = std::ranges::find_if(counts_, [](u64 count) { return count > 0; });
    if (first == counts_.end()) return {0};
    return {HistogramBuckets::lowest_of(static_cast<std::size_t>(first - counts_.begin()))};
  }
  /// Returns the mean in nanoseconds. Each value counts as its bucket's middle; a value above
  /// kHighest counts as about kHighest. Returns 0 if nothing was recorded.
  [[nodiscard]] double mean() const {
    return mean_of([](double value) { return value; });
  }
  /// Returns the population standard deviation in nanoseconds. Each value counts as in mean().
  [[nodiscard]] double standard_deviation() const {
    const double middle = mean();
    return std::sqrt(mean_of([middle](double v) { return (v - middle) * (v - middle); }));
  }
  /// Calls `f` with every bucket that holds values, from the lowest to the highest.
  template <typename Function>
  void for_each_bucket(Function&& f) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] == 0) continue;
      f(HistogramBucket{largest_in(i), {HistogramBuckets::middle_of(i)}, counts_[i]});
    }
  }
  /// Returns the smallest recorded value v for which at least `fraction` (0 to 1) of all values are
  /// <= v, rounded up to the largest value of its bucket. Returns 0 if nothing was recorded.
  [[nodiscard]] Nanos quantile(double fraction) const {
    // As a double, 0.55 is slightly more than 0.55. Without nextafter(), the 56th of a hundred
    // values would be taken instead of the 55th.
    const double share = std::nextafter(std::clamp(fraction, 0.0, 1.0), 0.0);
    const double rank = std::ceil(share * static_cast<double>(count_));
    const auto wanted = std::max<u64>(1, static_cast<u64>(rank));
    u64 seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= wanted) return largest_in(i);
    }
    return {max_};
  }

 private:
  static constexpr std::size_t kBuckets = HistogramBuckets::of(kHighest) + 1;

  // Returns the upper bound of a bucket. For the last bucket in use, returns max_, because the
  // bucket's upper bound may lie above or below max_.
  [[nodiscard]] Nanos largest_in(std::size_t at) const {
    const bool last = at == HistogramBuckets::of(std::min(max_, kHighest));
    return {last ? max_ : HistogramBuckets::highest_of(at)};
  }
  template <typename Function>
  [[nodiscard]] double mean_of(Function&& f) const {
    double sum = 0;
    for_each_bucket([&](const HistogramBucket& bucket) {
      sum += f(static_cast<double>(bucket.middle.value)) * static_cast<double>(bucket.count);
    });
    return count_ == 0 ? 0 : sum / static_cast<double>(count_);
  }

  std::vector<u64> counts_ = std::vector<u64>(kBuckets);
  u64 count_ = 0;
  u64 negative_ = 0;
  i64 max_ = 0;
};

}  // namespace tapedeck
