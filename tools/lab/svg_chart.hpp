// Draws charts as SVG for an HTML page: lines over two axes, and heat maps. Pure functions.
//
// A position is a number from 0 at the beginning of an axis to 1 at its end, so that charts do not
// depend on a scale. Colours are CSS classes, which the page's style sheet defines: c0 to c9 for
// lines, and h1 to h8 for heat. Tooltips are SVG title elements, so that no scripts are needed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/types.hpp"
#include "tools/lab/chart_ticks.hpp"

namespace tapedeck::tools {

inline constexpr std::size_t kChartColours = 10;
inline constexpr std::size_t kHeatLevels = 8;

/// A straight line across the whole chart, to show a limit or a knee.
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
  bool headline = false;           // drawn thicker, and on top of the others
  std::vector<ChartPoint> points;  // joined in their order
  std::vector<ChartPoint> marks;   // dots with tooltips
};
/// Draws the lines in their order, but a headline last, so that no other line covers it.
[[nodiscard]] std::string line_chart(const ChartFrame& frame, const std::vector<ChartLine>& lines);

/// Returns the level of a count in a heat map whose largest count is `most`: 1 to kHeatLevels.
/// From one level to the next, counts grow by the same factor. `count` is 1 to `most`.
[[nodiscard]] std::size_t heat_level(u64 count, u64 most);
/// The counts of one level.
struct HeatStep {
  std::size_t level = 1;
  u64 from = 1, to = 1;
};
/// Returns the levels that have counts, in ascending order: all counts from 1 to `most`, each once.
[[nodiscard]] std::vector<HeatStep> heat_steps(u64 most);

struct HeatCell {
  std::size_t column = 0;
  double low = 0, high = 0;  // on the y axis
  std::size_t level = 1;     // 1 to kHeatLevels
};
/// `column_tips`: one per column. All columns have the same width.
[[nodiscard]] std::string heat_map(const ChartFrame& frame, const std::vector<HeatCell>& cells,
                                   const std::vector<std::string>& column_tips);

}  // namespace tapedeck::tools
