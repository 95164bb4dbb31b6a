// Completion scripts for shells, written from the tree of commands: a new option is completed
// without anybody telling the scripts. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/command_tree.hpp"

namespace tapedeck::tools {

/// The shells that there are scripts for.
[[nodiscard]] std::vector<std::string> completed_shells();
/// Throws UsageError for another shell.
[[nodiscard]] std::string completion_script(const CommandEntry& tree, const std::string& shell);

}  // namespace tapedeck::tools
