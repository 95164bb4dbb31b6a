// Chooses round ticks for the axes of charts: 1, 2 or 5 times a power of ten. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "engine/core/types.hpp"
#include "tools/lab/log_scale.hpp"

namespace tapedeck::tools {

struct ChartTick {
  double at = 0;
  std::string text;  // empty: a grid line without a label
};

/// Formats a time that is a whole number of some unit without decimals: "1 us", "500 ns", "1.5 s".
[[nodiscard]] std::string tick_time(Nanos time);

/// Returns ticks at 1, 2 and 5 times every power of ten on the scale, which is in nanoseconds.
/// Those at powers of ten have a text, the time. If there are fewer than three of them, all ticks
/// have one.
[[nodiscard]] std::vector<ChartTick> time_ticks(const LogScale& nanoseconds);
/// Returns ticks like time_ticks(), on a scale of messages per second. A text that would come
/// nearer to another one than `apart`, a part of the axis, is left out.
[[nodiscard]] std::vector<ChartTick> rate_ticks(const LogScale& per_s, double apart);
/// Returns ticks from 0 on at equal distances on a linear axis that ends at `whole`: at least four
/// steps of 1 ns or more, and at most ten. All texts have the same unit. No ticks if `whole` is not
/// above 0.
[[nodiscard]] std::vector<ChartTick> elapsed_ticks(Nanos whole);

/// Widens the scale at both ends to the next value that is 1, 2 or 5 times a power of ten. The low
/// end does not go below 1.
[[nodiscard]] LogScale rounded_out(LogScale scale);

}  // namespace tapedeck::tools
