#include "tools/lab/svg_chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/core/decimal.hpp"
#include "tools/lab/html.hpp"

namespace tapedeck::tools {
namespace {

// In units of the view box.
constexpr double kWidth = 960, kHeight = 400;
constexpr double kLeft = 78, kRight = 942, kTop = 14, kBottom = 346;

constexpr double kNearEnd = 0.97;  // of an axis: a centred text beyond it would be cut off

std::string coordinate(double value) {
  return with_decimals(value, 1);
}

double x_of(double share) {
  return kLeft + share * (kRight - kLeft);
}
double y_of(double share) {
  return kBottom - share * (kBottom - kTop);
}

std::string svg_line(std::string_view kind, double x1, double y1, double x2, double y2) {
  return "<line class=\"" + std::string{kind} + "\" x1=\"" + coordinate(x1) + "\" y1=\"" +
         coordinate(y1) + "\" x2=\"" + coordinate(x2) + "\" y2=\"" + coordinate(y2) + "\"/>\n";
}

std::string svg_text(std::string_view anchor, double x, double y, std::string_view text) {
  return "<text text-anchor=\"" + std::string{anchor} + "\" x=\"" + coordinate(x) + "\" y=\"" +
         coordinate(y) + "\">" + html_text(text) + "</text>\n";
}

std::string titled(std::string_view tip) {
  return tip.empty() ? "" : "<title>" + html_text(tip) + "</title>";
}

std::string axes(const ChartFrame& frame) {
  std::string svg;
  for (const ChartTick& tick : frame.x_ticks) {
    const double x = x_of(tick.at);
    svg += svg_line(tick.text.empty() ? "minor" : "grid", x, kTop, x, kBottom);
    const char* const anchor = tick.at > kNearEnd ? "end" : "middle";
    if (!tick.text.empty()) svg += svg_text(anchor, x, kBottom + 18, tick.text);
  }
  for (const ChartTick& tick : frame.y_ticks) {
    const double y = y_of(tick.at);
    svg += svg_line(tick.text.empty() ? "minor" : "grid", kLeft, y, kRight, y);
    if (!tick.text.empty()) svg += svg_text("end", kLeft - 8, y + 4, tick.text);
  }
  svg += svg_text("middle", (kLeft + kRight) / 2, kHeight - 14, frame.x_name);
  return svg + "<text class=\"y-name\" text-anchor=\"middle\" transform=\"translate(14 " +
         coordinate((kTop + kBottom) / 2) + ") rotate(-90)\">" + html_text(frame.y_name) +
         "</text>\n";
}

std::string rules(const ChartFrame& frame) {
  constexpr double kGap = 5;
  std::string svg;
  for (const ChartRule& rule : frame.rules) {
    if (rule.along == ChartRule::Along::x) {
      const double y = y_of(rule.at);
      svg += svg_line("rule", kLeft, y, kRight, y);
      const bool at_end = rule.where == ChartRule::Text::at_end;
      svg += svg_text(at_end ? "end" : "start", at_end ? kRight - kGap : kLeft + kGap, y - kGap,
                      rule.text);
    } else {
      const double x = x_of(rule.at);
      svg += svg_line("rule", x, kTop, x, kBottom);
      const bool near_end = rule.at > 0.8;
      svg += svg_text(near_end ? "end" : "start", near_end ? x - kGap : x + kGap, kTop + 14,
                      rule.text);
    }
  }
  return svg;
}

std::string framed(const ChartFrame& frame, const std::string& content) {
  return "<svg viewBox=\"0 0 " + coordinate(kWidth) + " " + coordinate(kHeight) +
         "\" role=\"img\" aria-label=\"" + html_text(frame.title) + "\">\n" + axes(frame) +
         content + rules(frame) + "</svg>\n";
}

std::string drawn(const ChartLine& line) {
  const std::string colour = "c" + std::to_string(line.colour % kChartColours);
  std::string svg = "<polyline class=\"" + colour + (line.dashed ? " dashed" : "") +
                    (line.headline ? " headline" : "") + "\" points=\"";
  for (const ChartPoint& point : line.points) {
    svg += coordinate(x_of(point.x)) + "," + coordinate(y_of(point.y)) + " ";
  }
  svg += "\"/>\n";
  for (const ChartPoint& mark : line.marks) {
    svg += "<circle class=\"" + colour + "\" r=\"" + (line.headline ? "5" : "4") + "\" cx=\"" +
           coordinate(x_of(mark.x)) + "\" cy=\"" + coordinate(y_of(mark.y)) + "\">" +
           titled(mark.tip) + "</circle>\n";
  }
  return svg;
}

}  // namespace

std::string line_chart(const ChartFrame& frame, const std::vector<ChartLine>& lines) {
  std::string below, above;
  for (const ChartLine& line : lines) {
    (line.headline ? above : below) += drawn(line);
  }
  return framed(frame, below + above);
}

std::string heat_map(const ChartFrame& frame, const std::vector<HeatCell>& cells,
                     const std::vector<std::string>& column_tips) {
  const double width =
      (kRight - kLeft) / static_cast<double>(std::max<std::size_t>(column_tips.size(), 1));
  const auto left_of = [width](std::size_t column) {
    return kLeft + width * static_cast<double>(column);
  };
  // All cells of a level are one path.
  std::array<std::string, kHeatLevels> paths;
  for (const HeatCell& cell : cells) {
    const double top = y_of(cell.high), height = y_of(cell.low) - top;
    paths.at(std::clamp<std::size_t>(cell.level, 1, kHeatLevels) - 1) +=
        "M" + coordinate(left_of(cell.column)) + " " + coordinate(top) + "h" + coordinate(width) +
        "v" + coordinate(height) + "h-" + coordinate(width) + "z";
  }
  std::string svg;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].empty()) continue;
    svg += "<path class=\"h" + std::to_string(i + 1) + "\" d=\"" + paths[i] + "\"/>\n";
  }
  for (std::size_t column = 0; column < column_tips.size(); ++column) {
    svg += "<rect class=\"tip\" x=\"" + coordinate(left_of(column)) + "\" y=\"" + coordinate(kTop) +
           "\" width=\"" + coordinate(width) + "\" height=\"" + coordinate(kBottom - kTop) + "\">" +
           titled(column_tips[column]) + "</rect>\n";
  }
  return framed(frame, svg);
}

std::size_t heat_level(u64 count, u64 most) {
  const double share = LogScale{1, static_cast<double>(most)}.at(static_cast<double>(count));
  return static_cast<std::size_t>(std::lround(share * (kHeatLevels - 1))) + 1;
}

std::vector<HeatStep> heat_steps(u64 most) {
  std::vector<HeatStep> steps;
  u64 from = 1;
  while (from <= most) {
    // The last count of the same level.
    const std::size_t level = heat_level(from, most);
    u64 low = from, high = most;
    while (low < high) {
      const u64 middle = low + (high - low + 1) / 2;
      heat_level(middle, most) == level ? low = middle : high = middle - 1;
    }
    steps.push_back({level, from, low});
    from = low + 1;
  }
  return steps;
}

}  // namespace tapedeck::tools
