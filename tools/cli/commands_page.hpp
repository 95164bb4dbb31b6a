// Generates the tables of options in docs/commands.md, from option_table.hpp and from the command
// tree.
#pragma once

#include <string>
#include <string_view>

#include "tools/cli/command_tree.hpp"

namespace tapedeck::tools {

/// Returns `page` with every table between these two lines replaced by a generated table:
///   <!-- options of COMMAND, COMMAND, ... but not of COMMAND -->
///   <!-- end of options -->
/// The table lists the options that all commands after "options of" take in the same way. It leaves
/// out the options that the command after "but not of" also takes; the part "but not of COMMAND" is
/// optional. Throws std::invalid_argument if the first line names an unknown command, or if the
/// second line is missing.
[[nodiscard]] std::string with_option_tables(std::string_view page, const CommandEntry& tree);

}  // namespace tapedeck::tools
