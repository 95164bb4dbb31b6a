// The commands as --help lists them, so that a test can go over all that take an option.
#pragma once

#include <regex>
#include <set>
#include <string>
#include <vector>

#include "engine/core/text.hpp"
#include "tests/support/command.hpp"

namespace tapedeck::test {

/// The words of a command like "bench latency", with more behind them.
inline std::vector<std::string> words_of_command(const std::string& path,
                                                 const std::vector<std::string>& more) {
  std::vector<std::string> words;
  if (!path.empty()) words = split(path, ' ');
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// All commands whose help has these options, like "bench latency". `path`: those within a command.
inline std::set<std::string> commands_with(Command& command,
                                           const std::vector<std::string>& options,
                                           const std::string& path = {}) {
  const std::string help = command.run(words_of_command(path, {"--help"})).out;
  std::set<std::string> found;
  bool has_all = true;
  for (const std::string& option : options) {
    const std::regex line{"\n  " + option + "[ \n]"};
    has_all &= std::regex_search(help, line);
  }
  if (has_all) found.insert(path);
  const std::size_t list = help.find("Subcommands:");
  if (list == std::string::npos) return found;
  const std::string commands = help.substr(list);
  static const std::regex kCommand{R"(\n  ([a-z]+) )"};
  for (std::sregex_iterator at{commands.begin(), commands.end(), kCommand}, end; at != end; ++at) {
    const std::string name = (*at)[1];
    found.merge(commands_with(command, options, path.empty() ? name : path + " " + name));
  }
  return found;
}

}  // namespace tapedeck::test
