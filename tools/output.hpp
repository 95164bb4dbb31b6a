// Standard output and the files that results go to.
#pragma once

#include <string>
#include <vector>

namespace tapedeck::tools {

/// NO_COLOR is set: no escape sequences, terminal or not (no-color.org).
[[nodiscard]] bool no_colour();

/// How wide the terminal on standard error is; 80 where it is none.
[[nodiscard]] std::size_t terminal_columns();

/// Flushes standard output. Throws std::runtime_error when it cannot take the results; a reader
/// that has gone away, or a closed standard output, is quiet.
void flush_results();

/// Throws UsageError when an output would overwrite an input or another output, or cannot be
/// opened for writing. Empty output paths are not asked for.
void check_outputs(const std::vector<std::string>& outputs, const std::vector<std::string>& inputs);

}  // namespace tapedeck::tools
