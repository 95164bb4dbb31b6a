// Generates shell completion scripts from the tree of commands, so that new options are completed
// automatically. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/command_tree.hpp"

namespace tapedeck::tools {

/// Returns the shells for which completion_script() has a script.
[[nodiscard]] std::vector<std::string> completed_shells();
/// Returns the script for `shell`. Throws UsageError for a shell that completed_shells() does not
/// list.
[[nodiscard]] std::string completion_script(const CommandEntry& tree, const std::string& shell);

}  // namespace tapedeck::tools
