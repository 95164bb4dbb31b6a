// Shows the state of a running engine in a few terminal lines: rates and the busiest books.
#pragma once

#include <string>
#include <vector>

#include "engine/pipeline/reporter.hpp"
#include "tools/cli/standard_streams.hpp"

namespace tapedeck::tools {

/// Returns as many lines as fit a terminal of this size, without control characters. Leaves out the
/// fields of a line that do not fit completely.
[[nodiscard]] std::vector<std::string> table_lines(const pipeline::Report& report,
                                                   TerminalSize size);

/// Prints the complete table on standard error, below earlier output.
void print_table(const pipeline::Report& report);

/// A table that redraws itself in place. One thread at a time.
class LiveTable {
 public:
  void draw(const pipeline::Report& report);
  /// Removes the table from the terminal.
  void clear();

 private:
  std::size_t drawn_ = 0;  // lines on the screen
};

}  // namespace tapedeck::tools
