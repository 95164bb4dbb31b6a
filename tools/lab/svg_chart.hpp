// Draws charts as SVG for a page: lines over two axes, and a heat map. Pure functions.
//
// Positions are shares of an axis, 0 at its beginning and 1 at its end, so that a chart knows no
// scale. Colours are CSS classes, c0 to c9 for lines and h1 to h8 for heat; the page's style
// defines them. There are no scripts, because a tooltip is a title element.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/types.hpp"
#include "tools/lab/log_scale.hpp"

namespace tapedeck::tools {

inline constexpr std::size_t kChartColours = 10;
inline constexpr std::size_t kHeatLevels = 8;

struct ChartTick {
  double at = 0;
  std::string text;  // empty: a grid line without a label
};
/// A line across the chart: a limit, a knee.
struct ChartRule {
  enum class Along : u8 { x, y } along = Along::x;
  double at = 0;  // its position on the other axis
  std::string text;
  enum class Text : u8 { at_beginning, at_end } where = Text::at_end;  // for rules along x
};
struct ChartFrame {
  std::string title;  // for screen readers
  std::string x_name, y_name;
  std::vector<ChartTick> x_ticks, y_ticks;
  std::vector<ChartRule> rules;
};

struct ChartPoint {
  double x = 0, y = 0;
  std::string tip;
};
struct ChartLine {
  std::size_t colour = 0;  // below kChartColours
  bool dashed = false;
  std::vector<ChartPoint> points;  // joined in their order
  std::vector<ChartPoint> marks;   // dots with tooltips
};
[[nodiscard]] std::string line_chart(const ChartFrame& frame, const std::vector<ChartLine>& lines);

struct HeatCell {
  std::size_t column = 0;
  double low = 0, high = 0;  // on the y axis
  std::size_t level = 1;     // 1 to kHeatLevels
};
/// `column_tips`: one per column. All columns have the same width.
[[nodiscard]] std::string heat_map(const ChartFrame& frame, const std::vector<HeatCell>& cells,
                                   const std::vector<std::string>& column_tips);

/// Returns the ticks at 1, 2 and 5 times every power of ten on the scale, which is in nanoseconds.
/// Those at powers of ten have their time as text.
[[nodiscard]] std::vector<ChartTick> time_ticks(const LogScale& nanoseconds);
/// Widens the scale on both sides to the next 1, 2 or 5 times a power of ten; not below 1.
[[nodiscard]] LogScale rounded_out(LogScale scale);

}  // namespace tapedeck::tools
