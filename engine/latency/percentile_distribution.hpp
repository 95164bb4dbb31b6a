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

/// All that is a duration is divided by `unit`, which is above zero: 1,000 ns gives microseconds.
///
/// Each half of what is left to 1 is cut into five, and each cut, from 0 on, is a row: the value
/// that this share of all does not exceed, as quantile() has it, and how many are at or below it.
/// The first row of the largest value is followed by the last, which has it at 1 and no fourth
/// column. Of nothing there are no rows, and zeros below them.
[[nodiscard]] std::string percentile_distribution(const Histogram& histogram, Nanos unit);

}  // namespace tapedeck::latency
