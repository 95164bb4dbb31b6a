// Generates shell completion scripts from the tree of commands, so that new options are completed
// automatically. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/command_tree.hpp"

namespace tapedeck::tools {

/// The shells for which there are scripts.
[[nodiscard]] std::vector<std::string> completed_shells();
/// Throws UsageError for another shell.
[[nodiscard]] std::string completion_script(const CommandEntry& tree, const std::string& shell);

}  // namespace tapedeck::tools
