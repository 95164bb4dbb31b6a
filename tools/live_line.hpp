// One line on a terminal that keeps up with a running engine.
#pragma once

#include "engine/pipeline/reporter.hpp"

namespace tapedeck::tools {

/// What the line says, at most `columns` wide, without control characters.
[[nodiscard]] std::string live_text(const pipeline::Report& report, std::size_t columns);

/// Draws over the line before. Reporter's thread.
void draw_live_line(const pipeline::Report& report);
/// Leaves the terminal's line empty for what comes next.
void clear_live_line();

}  // namespace tapedeck::tools
