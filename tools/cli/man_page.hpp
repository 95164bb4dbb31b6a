// Generates the manual page from the tree of commands. A pure function.
#pragma once

#include <string>

#include "tools/cli/command_tree.hpp"

namespace tapedeck::tools {

/// Returns the manual page in roff's man macros. `tapedeck man | man -l -` shows the page.
[[nodiscard]] std::string man_page(const CommandEntry& tree, const std::string& version);

}  // namespace tapedeck::tools
