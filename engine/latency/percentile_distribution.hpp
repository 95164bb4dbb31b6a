// Writes a histogram in HdrHistogram's text format (`.hgrm`), which its plotters read. Cold paths
// only: it allocates.
//
// Example: some of the rows for the values 1, 2, 3 and 100. A quarter of these values is at or
// below 1, and all are at or below 100.
//        Value     Percentile TotalCount 1/(1-Percentile)
//
//        1.000 0.000000000000          1           1.00
//        1.000 0.200000000000          1           1.25
//        2.000 0.500000000000          2           2.00
//      100.000 1.000000000000          4
// #[Mean    =       26.500, StdDeviation   =       42.441]
// #[Max     =      100.000, Total count    =            4]
// #[Buckets =           27, SubBuckets     =         2048]
#pragma once

#include <string>

#include "engine/core/histogram.hpp"

namespace tapedeck::latency {

/// Returns the text, with all durations divided by `unit`, which must be above zero. A unit of
/// 1,000 ns gives microseconds.
///
/// Each row shows a fraction, the quantile() at this fraction, and the number of values at or below
/// this quantile. The fractions begin at 0 and approach 1: five equal steps cover the first half of
/// the remaining distance to 1, the next five steps cover half of the rest, and so on. After the
/// first row with the largest value comes the last row, which has the largest value, the fraction 1
/// and no fourth column. An empty histogram has no rows; the mean, deviation, maximum and count
/// below the rows are 0.
[[nodiscard]] std::string percentile_distribution(const Histogram& histogram, Nanos unit);

}  // namespace tapedeck::latency
