// The tables of options in docs/commands.md, made from the table of options and from the commands.
#pragma once

#include <string>
#include <string_view>

#include "tools/cli/command_tree.hpp"

namespace tapedeck::tools {

/// Returns `page` with each table made anew that stands between the lines
///   <!-- options of COMMAND, COMMAND, ... but not of COMMAND -->
///   <!-- end of options -->
/// The table has the options that all of the first commands take in the same way, without those
/// that the last command takes too; that part may be missing. Throws std::invalid_argument for a
/// line that names a command which is not there, or has no end.
[[nodiscard]] std::string with_option_tables(std::string_view page, const CommandEntry& tree);

}  // namespace tapedeck::tools
