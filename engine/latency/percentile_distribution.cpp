#include "engine/latency/percentile_distribution.hpp"

#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstdio>

#include "engine/core/text.hpp"

namespace tapedeck::latency {
namespace {

constexpr int kTicksPerHalfDistance = 5;  // as HdrHistogram's own tools write

// Returns the percentage of row `step`. The result is exact in binary, because tens and their
// halves are, so that it can be compared with the percentage of a count.
double percentage_at(int step) {
  const int half = step / kTicksPerHalfDistance;
  const int tick = step % kTicksPerHalfDistance;
  return 100 - std::ldexp(100 - 50.0 * tick / kTicksPerHalfDistance, -half);
}

std::string fixed(double value, int width, int decimals) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%*.*f", width, decimals, value);
  return text.data();
}
std::string column(double value) {
  return fixed(value, 12, 3);
}
std::string column(u64 value) {
  return right_aligned(std::to_string(value), 12);
}

// The three columns that every row has.
std::string start_of_row(double value, double share, u64 count) {
  return column(value) + ' ' + fixed(share, 0, 12) + ' ' + right_aligned(std::to_string(count), 10);
}

std::string rows_of(const Histogram& histogram, double unit) {
  const u64 total = histogram.count();
  if (total == 0) return {};
  std::string rows;
  u64 seen = 0;
  int step = 0;
  histogram.for_each_bucket([&](const HistogramBucket& bucket) {
    seen += bucket.count;
    const double reached = 100 * static_cast<double>(seen) / static_cast<double>(total);
    while (percentage_at(step) <= reached) {
      const double share = percentage_at(step) / 100;
      rows += start_of_row(static_cast<double>(bucket.highest.value) / unit, share, seen);
      rows += ' ' + fixed(1 / (1 - share), 14, 2) + '\n';
      ++step;
      // All remaining rows have the largest value, of which one row is enough.
      if (seen == total) break;
    }
  });
  return rows + start_of_row(static_cast<double>(histogram.max().value) / unit, 1, total) + '\n';
}

std::string footer_of(const Histogram& histogram, double unit) {
  // Counted as the format does: the powers of two that cover the range, and the parts of the first
  // one.
  constexpr u64 kPowers =
      std::bit_width(u64{Histogram::kHighest}) - HistogramBuckets::kExactBits + 1;
  constexpr u64 kParts = HistogramBuckets::kExact;
  const double max = static_cast<double>(histogram.max().value) / unit;
  return "#[Mean    = " + column(histogram.mean() / unit) +
         ", StdDeviation   = " + column(histogram.standard_deviation() / unit) +
         "]\n#[Max     = " + column(max) + ", Total count    = " + column(histogram.count()) +
         "]\n#[Buckets = " + column(kPowers) + ", SubBuckets     = " + column(kParts) + "]\n";
}

}  // namespace

std::string percentile_distribution(const Histogram& histogram, Nanos unit) {
  assert(unit.value > 0);
  const auto divisor = static_cast<double>(unit.value);
  return "       Value     Percentile TotalCount 1/(1-Percentile)\n\n" +
         rows_of(histogram, divisor) + footer_of(histogram, divisor);
}

}  // namespace tapedeck::latency
