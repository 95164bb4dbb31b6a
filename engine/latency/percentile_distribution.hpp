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
/// The rows are at fractions from 0 on. Each step halves the distance that is left to 1, and each
/// such half is cut into five. A row has the value that this fraction of all values does not
/// exceed, as quantile() has it, and how many values are at or below it. The first row of the
/// largest value is followed by the last row, which has that value at 1 and no fourth column. An
/// empty histogram has no rows, and zeros below them.
[[nodiscard]] std::string percentile_distribution(const Histogram& histogram, Nanos unit);

}  // namespace tapedeck::latency
