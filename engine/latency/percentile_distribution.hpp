// A histogram as the text that HdrHistogram's plotters read (`.hgrm`). Cold paths only: it
// allocates.
//
// Of the values 1, 2, 3 and 100, a quarter is at or below 1, nothing is above 100, and these are
// some of the rows:
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

/// Writes `histogram` with all durations divided by `unit`, which is above zero: 1,000 ns gives
/// microseconds.
///
/// The rows are at fractions from 0 on. The distance that is left to 1 is halved again and again,
/// and each half is cut into five rows. A row has the quantile() of its fraction, and the number of
/// values at or below that quantile. The first row that has the largest value is followed by the
/// last row, which has the largest value at 1 and no fourth column. For an empty histogram there
/// are no rows, and the mean, deviation, maximum and count below them are 0.
[[nodiscard]] std::string percentile_distribution(const Histogram& histogram, Nanos unit);

}  // namespace tapedeck::latency
