// A few lines on a terminal that keep up with a running engine: its rates and its busiest books.
#pragma once

#include <string>
#include <vector>

#include "engine/pipeline/reporter.hpp"
#include "tools/cli/standard_streams.hpp"

namespace tapedeck::tools {

/// The lines that fit a terminal of this size, without control characters: fields that would not
/// fit in whole are left out.
[[nodiscard]] std::vector<std::string> table_lines(const pipeline::Report& report,
                                                   TerminalSize size);

/// Prints them below whatever was there, on standard error.
void print_table(const pipeline::Report& report);

/// A table that is drawn over itself. One thread at a time.
class LiveTable {
 public:
  void draw(const pipeline::Report& report);
  /// Leaves the terminal as it was before the first draw.
  void clear();

 private:
  std::size_t drawn_ = 0;  // lines on the screen
};

}  // namespace tapedeck::tools
