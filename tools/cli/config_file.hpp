// Reads options from a TOML file (--config FILE): one table per command, a key per option.
//
//   [replay]
//   shards = 2
//   strategy = ["vwap", "bbo"]
//   [bench.latency]
//   rate = "100k"
//
// A value is a string, a number, true or false for an option without a value, or a list for an
// option that may be repeated. The command line precedes the file. Main thread.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/command_tree.hpp"

namespace tapedeck::tools {

/// Returns the words of a command line (without the program's name) with the options of the file
/// that --config names, those left out that the words give themselves. Returns the words unchanged
/// if there is no --config. Throws UsageError, with the file's line, for a file that cannot be
/// read, for unknown keys of any command, and for values that cannot be an option's.
[[nodiscard]] std::vector<std::string> with_config_file(std::vector<std::string> words,
                                                        const CommandEntry& tree);

}  // namespace tapedeck::tools
