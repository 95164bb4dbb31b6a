// Makes the tables of options in docs/commands.md, from option_table.hpp and from the commands.
#pragma once

#include <string>
#include <string_view>

#include "tools/cli/command_tree.hpp"

namespace tapedeck::tools {

/// Returns `page`, in which every table between these two lines is made anew:
///   <!-- options of COMMAND, COMMAND, ... but not of COMMAND -->
///   <!-- end of options -->
/// The table has the options that all commands after "options of" take in the same way, without the
/// options that the command after "but not of" takes too. "but not of COMMAND" may be missing.
/// Throws std::invalid_argument when the first line names an unknown command, or when the second
/// line is missing.
[[nodiscard]] std::string with_option_tables(std::string_view page, const CommandEntry& tree);

}  // namespace tapedeck::tools
