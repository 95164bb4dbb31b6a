// Draws the live table on the terminal of standard error: rates and the busiest books.
//
// The table changes no mode of the terminal. Each frame is one write, after which the cursor is
// below the table and the colours are as before, so that a process that ends or stops between two
// frames leaves a usable terminal.
#pragma once

#include <string>
#include <vector>

#include "tools/live/live_model.hpp"

namespace tapedeck::tools {

/// How many instruments the table can show: more than any terminal has lines.
inline constexpr std::size_t kMostRows = 500;
/// How many of them print_table() prints.
inline constexpr std::size_t kPrintedRows = 10;

/// Prints the whole table on standard error, below earlier output, without colours.
void print_table(const pipeline::Report& report, const LiveContext& context);

/// Returns the codes that move the cursor from below a frame to its first line. `widths` are those
/// of the frame's lines. Terminals wrap lines for which they have become too narrow.
[[nodiscard]] std::string codes_to_first_line(const std::vector<std::size_t>& widths,
                                              std::size_t columns);

/// A table that redraws itself in place. It takes the terminal's size anew for every frame. One
/// thread at a time.
class LiveTable {
 public:
  LiveTable(LiveContext context, bool colour) : context_(std::move(context)), colour_(colour) {}

  void draw(const pipeline::Report& report);
  /// Removes the table from the terminal.
  void clear();
  /// Makes the next frame begin where the cursor is, because other output followed the last one.
  void forget() { widths_.clear(); }

 private:
  LiveContext context_;
  bool colour_;
  BestPrices shown_;                 // in the last frame
  std::vector<std::size_t> widths_;  // of the lines on the screen
};

}  // namespace tapedeck::tools
